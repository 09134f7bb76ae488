using Spectre.Console;
using Weir.Farm.Feed;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Slots;
using Weir.Gateway.Control.Compile;
using Weir.Policies.Balancing;
using Yarp.ReverseProxy.Configuration;

namespace Weir.Gateway.Cli.Explain;

/// <summary>Prints what would become of one request.</summary>
internal sealed class ExplainReport(IAnsiConsole console, CompiledConfiguration configuration, LiveNumbers? live, string? whyNotLive)
{
    /// <summary>Route, admission, cluster and servers.</summary>
    public void Write(RouteConfig route)
    {
        Line("route", route.RouteId);
        Line("match", Match(route.Match));
        Admission(route.RouteId);
        var cluster = configuration.Clusters.First(c => c.ClusterId.Equals(route.ClusterId, StringComparison.OrdinalIgnoreCase));
        Line("cluster", cluster.ClusterId);
        Line("policy", cluster.LoadBalancingPolicy
            ?? $"{((BalancingOptions)configuration.Options[BalancingOptions.Section]).DefaultPolicy} ({BalancingOptions.Section}:{nameof(BalancingOptions.DefaultPolicy)})");
        Line("numbers", live is null ? $"from the configuration; {whyNotLive}" : "live, from the running gateway");
        if (live?.Waiting.TryGetValue(cluster.ClusterId, out var waiting) == true)
            Line("waiting", $"{Scalar.Show(waiting)} requests in the cluster's line");
        Servers(cluster);
    }

    private void Admission(string routeId)
    {
        var admission = (AdmissionOptions)configuration.Options[AdmissionOptions.Section];
        admission.Routes.TryGetValue(routeId, out var own);
        var wait = own?.MaxWait is { } set
            ? $"{Scalar.Show(set)} (Weir:Admission:Routes:{routeId}:MaxWait)"
            : $"{Scalar.Show(admission.MaxWait)} (Weir:Admission:MaxWait)";
        Line("admission", own is { Enabled: false }
            ? "none: the route passes the line without a slot"
            : $"priority {own?.Priority ?? PriorityClass.Normal}, waits at most {wait}");
    }

    private void Servers(ClusterConfig cluster)
    {
        if (cluster.Destinations is not { Count: > 0 } destinations)
        {
            Line("servers", "none: every request is refused");
            return;
        }

        var table = new Table { Border = console.Profile.Capabilities.Ansi ? TableBorder.Rounded : TableBorder.None };
        foreach (var column in new[] { "server", "address", "limit", "in flight", "source", "why" })
            table.AddColumn(new TableColumn(column));
        var farm = (FarmOptions)configuration.Options[FarmOptions.Section];
        // Destinations at one address are one server with one set of slots.
        var sum = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (id, destination) in destinations.OrderBy(d => d.Key, StringComparer.OrdinalIgnoreCase))
        {
            var address = ServerDirectory.Canonical(destination.Address);
            var limit = live?.Servers.GetValueOrDefault(address) ?? ServerLimit.Configured(address, farm);
            sum[address] = limit.Limit ?? 0;
            table.AddRow(new[] { id, destination.Address, Show(limit.Limit), Show(limit.InFlight), limit.Source, limit.Reason }
                .Select(cell => (Spectre.Console.Rendering.IRenderable)new Text(cell)).ToArray());
        }

        console.Write(table);
        Line("together", $"{sum.Values.Sum()} requests at once on {sum.Count} servers; the next one waits");
    }

    private void Line(string name, string text) => console.MarkupLine($"[bold]{name,-10}[/] {text.EscapeMarkup()}");

    private static string Show(long? number) => number is { } known ? Scalar.Show(known) : "-";

    private static string Match(RouteMatch match)
    {
        var parts = new List<string>();
        if (match.Hosts is { Count: > 0 } hosts)
            parts.Add("host " + string.Join(" or ", hosts));
        if (match.Path is { } path)
            parts.Add("path " + path);
        if (match.Methods is { Count: > 0 } methods)
            parts.Add("method " + string.Join(" or ", methods));
        parts.AddRange((match.Headers ?? []).Select(h => $"header {h.Name} {h.Mode} {string.Join(" or ", h.Values ?? [])}".TrimEnd()));
        parts.AddRange((match.QueryParameters ?? []).Select(q => $"query {q.Name} {q.Mode} {string.Join(" or ", q.Values ?? [])}".TrimEnd()));
        return parts.Count == 0 ? "everything" : string.Join(", ", parts);
    }
}
