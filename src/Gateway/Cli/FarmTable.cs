using System.Globalization;
using Spectre.Console;
using Weir.Gateway.Admin;

namespace Weir.Gateway.Cli;

/// <summary>The farm report as tables for a terminal.</summary>
internal static class FarmTable
{
    public static Table Servers(FarmReport farm)
    {
        var table = new Table().RoundedBorder();
        foreach (var head in (string[])["server", "mode", "health", "mpm", "in flight / limit", "open", "busy / idle", "latency", "limit from"])
            table.AddColumn(head);
        foreach (var s in farm.Servers)
        {
            table.AddRow(
                Text(s.Address), Text(s.Mode), Text(s.Ejected ? "ejected" : s.Health), Text(s.Mpm),
                $"{s.InFlight} / {s.Limit}{(s.Limit == s.FarmLimit ? "" : $" (of {s.FarmLimit})")}",
                $"{s.OpenConnections} ({s.IdleConnections} idle){(s.OpenConnectionLimit is { } most ? $" / {most}" : "")}",
                $"{Number(s.Busy)} / {Number(s.Idle)}",
                s.LatencyMs is { } ms ? Number(ms) + " ms" : "-",
                Text(s.Reason ?? s.Source));
        }

        return table;
    }

    public static Table Clusters(FarmReport farm)
    {
        var table = new Table().RoundedBorder();
        foreach (var head in (string[])["cluster", "policy", "waiting", "oldest", "servers with room"])
            table.AddColumn(head);
        foreach (var c in farm.Clusters)
        {
            table.AddRow(Text(c.Id), Text(c.Policy), c.Waiting.ToString(CultureInfo.InvariantCulture),
                Number(c.OldestWaitSeconds) + " s", $"{c.WithRoom} of {c.Servers.Count}");
        }

        return table;
    }

    private static string Text(string? text) => Markup.Escape(text ?? "-");

    private static string Number(double? number) => number?.ToString("0.#", CultureInfo.InvariantCulture) ?? "-";
}
