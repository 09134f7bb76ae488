using Spectre.Console;
using Spectre.Console.Rendering;
using Weir.Gateway.Control.Compile;

namespace Weir.Gateway.Cli.Replay;

/// <summary>Prints what came of a log for people.</summary>
/// <param name="console">Where to.</param>
/// <param name="limit">Rows of a table at most.</param>
internal sealed class ReplayText(IAnsiConsole console, int limit)
{
    public void Write(ReplayedLog log, ReplaySelection selection)
    {
        Line($"{Scalar.Show(log.Lines)} lines, {Scalar.Show(log.Requests)} requests{(log.From is { } from ? $" from {from:u} to {log.To:u}" : "")}");
        if (log.Unread > 0)
            Line(Unread(log, selection));
        if (log.Jails is { } jails)
            Bans(jails, selection);
        if (log.Throttle is { } throttle)
            Refused(throttle, selection, log.NamesHosts);
    }

    private static string Unread(ReplayedLog log, ReplaySelection selection)
    {
        var more = log.Unread > log.FirstUnread.Count ? " ..." : "";
        var rest = selection.Fail2ban.Count > 0 ? "only Fail2ban's filters looked at them" : "they were passed over";
        return $"{Scalar.Show(log.Unread)} of the lines are none of an access log in common or combined format (line {string.Join(", ", log.FirstUnread)}{more}); {rest}";
    }

    private void Bans(Policies.Jail.Replay.ReplayReport report, ReplaySelection selection)
    {
        var banned = ReplayedBan.Of(report);
        var names = string.Join(", ", selection.Names.Select(n => $"{n} {Scalar.Show(report.Offences.GetValueOrDefault(n))}"));
        Line("");
        Line($"Offences by jail: {names}");
        Line(banned.Count switch
        {
            0 => "Would have banned nobody.",
            1 => "Would have banned 1 address, here it is:",
            var n => $"Would have banned {Scalar.Show(n)} addresses, here they are:",
        });
        if (banned.Count > 0)
        {
            var table = Table("address", "jail", "at", "until", "offences", "line", "times");
            foreach (var ban in banned.Take(limit))
            {
                Row(table, ban.Client, ban.Jail, $"{ban.At:u}", BansTable.End(ban.Until), Scalar.Show(ban.Offences), Scalar.Show(ban.Line), Scalar.Show(ban.Bans));
            }

            console.Write(table);
            Cut(banned.Count);
        }

        if (report.IsCut)
            Line($"The log would have led to more bans: only the first {Scalar.Show(Policies.Jail.Replay.JailReplay.MaxBans)} are counted.");
    }

    private void Refused(Policies.Throttle.Explain.ThrottleReplay throttle, ReplaySelection selection, bool namesHosts)
    {
        Line("");
        Line($"The throttle{(selection.Throttle!.Enabled ? "" : ", were it on,")} would have refused {Scalar.Show(throttle.Refused)} of {Scalar.Show(throttle.Requests)} requests.");
        if (!namesHosts && throttle.Requests > 0)
            Line("The log names no hosts, so all sites count as one and rules of a Host see nothing; --host NAME says whose log it is.");
        if (throttle.OutOfOrder > 0)
            Line($"{Scalar.Show(throttle.OutOfOrder)} requests stand behind later ones and count as if they had come with them: Apache writes a request when it is over.");
        if (throttle.Rules.Count > 0)
        {
            var table = Table("rule", "reason", "refused", "");
            foreach (var rule in throttle.Rules.Take(limit))
                Row(table, rule.Rule, rule.Reason, Scalar.Show(rule.Refused), rule.IsDryRun ? "dry run" : "");
            console.Write(table);
        }

        if (throttle.Clients.Count == 0)
            return;
        var clients = Table("address", "refused", "first", "reason", "path");
        foreach (var client in throttle.Clients.Take(limit))
            Row(clients, $"{client.Client}", Scalar.Show(client.Refused), $"{client.First:u}", client.FirstReason, Plain(client.FirstPath));
        console.Write(clients);
        Cut(throttle.Clients.Count);
    }

    // What a client sent must not move the terminal's cursor.
    private static string Plain(string path) =>
        string.Concat((path.Length > 100 ? path[..100] + "..." : path).Select(c => char.IsControl(c) ? '?' : c));

    private void Cut(int all)
    {
        if (all > limit)
            Line($"{Scalar.Show(limit)} of {Scalar.Show(all)}; --limit shows more");
    }

    private Table Table(params string[] columns)
    {
        var table = new Table { Border = console.Profile.Capabilities.Ansi ? TableBorder.Rounded : TableBorder.None };
        foreach (var column in columns)
            table.AddColumn(new TableColumn(column));
        return table;
    }

    private static void Row(Table table, params string[] cells) => table.AddRow(cells.Select(c => (IRenderable)new Text(c)).ToArray());

    private void Line(string text) => console.WriteLine(text);
}
