using Spectre.Console;
using Spectre.Console.Rendering;
using Weir.Gateway.Admin.Edge;
using Weir.Gateway.Control.Compile;
using Weir.Policies.Contracts;
using Weir.Policies.Jail;
using Weir.Policies.Throttle.Explain;

namespace Weir.Gateway.Cli.Explain;

/// <summary>Prints which counters and jails one request would touch.</summary>
internal sealed class EdgeExplanation(IAnsiConsole console, CompiledConfiguration configuration)
{
    /// <summary>Client, ban, throttle and jails.</summary>
    /// <param name="edge">By a running gateway, or by the configuration.</param>
    /// <param name="whyNotLive">Why no gateway was asked; null when one was.</param>
    /// <param name="isExample">Nobody named the client.</param>
    public void Write(EdgeReport edge, string? whyNotLive, bool isExample)
    {
        Line("client", $"{edge.Client}{(isExample ? " (an example; --client names another)" : "")}, counted as {edge.CountsAs}"
            + (edge.IsTrusted ? "; a trusted proxy: neither counted nor banned" : ""));
        Line("ban", edge.Ban is { } ban ? $"by {ban.Jail} until {BansTable.End(ban.Until)}: {ban.Reason}; this request would end here"
            : whyNotLive is null ? "none" : $"not known; {whyNotLive}");
        Throttle(edge);
        Jails(edge);
    }

    private void Throttle(EdgeReport edge)
    {
        var throttle = edge.Throttle;
        var text = throttle.IsOn ? "on" : "off (Weir:Throttle:Enabled); were it on:";
        text += edge.IsTrusted ? " counts nothing of a trusted proxy" : throttle.Exemption switch
        {
            "allow" => " counts nothing of a client in Weir:Throttle:Allow",
            "static" => " a static file: counts neither for its page nor for its site",
            "imported" => " an imported whitelist exempts it from the imported rules",
            _ => "",
        };
        Line("throttle", text);
        if (edge.IsTrusted || throttle.Counters.Count == 0)
            return;
        var table = Table("counter", "kind", "counted by", "limit", "in", "now", "");
        foreach (var counter in throttle.Counters)
        {
            Row(table, counter.Rule, counter.Kind, counter.CountedBy, Limit(counter), counter.Interval == TimeSpan.Zero ? "-" : Scalar.Show(counter.Interval),
                counter.Kind switch { "bandwidth" => "-", "block" => counter.Count > 0 ? "blocked" : "not blocked", _ => Scalar.Show(counter.Count) },
                counter.IsDryRun ? "dry run" : "");
        }

        console.Write(table);
    }

    private void Jails(EdgeReport edge)
    {
        var options = (JailOptions)configuration.Options[JailOptions.Section];
        var throttled = options.Jails.Where(j => j.Value.Offences.Contains(OffenceKind.Throttle)).Select(j => j.Key).Order(StringComparer.OrdinalIgnoreCase).ToList();
        Line("jails", edge.Jails.Count == 0 ? "none would count it" : $"{edge.Jails.Select(j => j.Jail).Distinct().Count()} would count it");
        if (edge.Jails.Count > 0)
        {
            var table = Table("jail", "answered", "because", "offences", "bans after", "within", "for", "");
            foreach (var jail in edge.Jails)
            {
                Row(table, jail.Jail, string.Join(", ", jail.Statuses), jail.Why, Scalar.Show(jail.Offences), Scalar.Show(jail.MaxRetry), Scalar.Show(jail.FindTime),
                    jail.BanTime is { } time ? Scalar.Show(time) : "ever", jail.IsIgnored ? "ignored: does not count" : jail.DryRun ? "dry run" : "");
            }

            console.Write(table);
        }

        if (throttled.Count > 0)
            Line("", $"and when the throttle refuses it: {string.Join(", ", throttled)}");
    }

    private static string Limit(ThrottleCounter counter) => counter.Kind switch
    {
        "block" => "-",
        "bandwidth" => $"{Scalar.Show(counter.Limit)} B/s",
        _ => Scalar.Show(counter.Limit),
    };

    private Table Table(params string[] columns)
    {
        var table = new Table { Border = console.Profile.Capabilities.Ansi ? TableBorder.Rounded : TableBorder.None };
        foreach (var column in columns)
            table.AddColumn(new TableColumn(column));
        return table;
    }

    private static void Row(Table table, params string[] cells) => table.AddRow(cells.Select(c => (IRenderable)new Text(c)).ToArray());

    private void Line(string name, string text) => console.MarkupLine($"[bold]{name,-10}[/] {text.EscapeMarkup()}");
}
