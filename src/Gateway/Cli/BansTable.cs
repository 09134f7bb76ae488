using System.Text.Json;
using Spectre.Console;
using Weir.Gateway.Admin;

namespace Weir.Gateway.Cli;

/// <summary>Shows a list of bans.</summary>
internal static class BansTable
{
    public static int Show(JsonElement body, TextWriter output, string format)
    {
        if (format == "json")
        {
            output.WriteLine(body.GetRawText());
            return 0;
        }

        var report = body.Deserialize<BanListReport>(ManagementEndpoints.Json)!;
        if (format == "addresses")
        {
            foreach (var ban in report.Bans)
                output.WriteLine(ban.Network);
            return 0;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = 200;
        var table = new Table().Border(TableBorder.Simple).AddColumns("network", "jail", "until", "times", "from", "reason");
        foreach (var ban in report.Bans)
        {
            table.AddRow(ban.Network.EscapeMarkup(), ban.Jail.EscapeMarkup(), End(ban.Until).EscapeMarkup(), $"{ban.Count}",
                ban.Origin.ToString().ToLowerInvariant(), ban.Reason.EscapeMarkup());
        }

        console.Write(table);
        output.WriteLine(report.Matching > report.Bans.Count ? $"{report.Bans.Count} of {report.Matching} bans; --limit shows more" : $"{report.Matching} bans");
        return 0;
    }

    public static string End(DateTimeOffset? until) => until is { } end ? $"{end:u}" : "for ever";
}
