using Weir.Farm.Model;
using Weir.Farm.Readers.Node;

namespace Weir.Farm.Feed;

/// <summary>The static part of a server's limit: what it can take, before foreign traffic.</summary>
/// <param name="Workers">Effective MaxRequestWorkers.</param>
/// <param name="Limit">This gateway's share of them, 1 or more.</param>
/// <param name="Source">Who told it.</param>
/// <param name="Mpm">Null when nobody told.</param>
/// <param name="KeepAliveTimeout">Of this server.</param>
/// <param name="MaxKeepAliveRequests">Requests on one connection; 0 for no bound, or when nobody told.</param>
/// <param name="OpenConnections">Bound of open connections, idle ones included, 1 or more; as many as requests are in flight may always be open.</param>
internal sealed record LimitDecision(
    int Workers, int Limit, LimitSource Source, Mpm? Mpm, TimeSpan KeepAliveTimeout, int MaxKeepAliveRequests, int OpenConnections)
{
    /// <summary>Asks the sources in their order of trust. Pure.</summary>
    /// <param name="options">All of <c>Weir:Farm</c>.</param>
    /// <param name="server">What configuration says of this server, if it does.</param>
    /// <param name="node">The last valid node document.</param>
    /// <param name="scoreboard">The last trusted length of the scoreboard.</param>
    /// <param name="statusMpm">The MPM that the status page named.</param>
    /// <param name="statusCeiling">Length of a scoreboard that is only an upper bound.</param>
    public static LimitDecision Make(
        FarmOptions options, FarmServerOptions? server, NodeDocument? node, int? scoreboard, Mpm? statusMpm, int? statusCeiling)
    {
        var mpm = server?.Mpm ?? node?.Mpm ?? statusMpm ?? options.Defaults.Mpm;
        var (workers, source) = WorkersOf(options, server, node, scoreboard, mpm);
        if (source is LimitSource.Model or LimitSource.Default && statusCeiling is { } ceiling)
            workers = Math.Min(workers, Math.Max(1, ceiling));

        var limit = GatewayCap.Slots(workers, options.Reserve, options.Gateways);
        var open = GatewayCap.OpenConnections(mpm ?? Model.Mpm.Worker, workers, options.Reserve, options.Gateways);
        if (server?.Limit is { } configured)
        {
            // Prefork and worker hold a worker for each connection; a limit set by hand is theirs too.
            limit = configured;
            open = mpm == Model.Mpm.Event ? open : configured;
        }

        return new LimitDecision(
            workers,
            limit,
            source,
            mpm,
            server?.KeepAliveTimeout ?? node?.KeepAliveTimeout ?? options.Defaults.KeepAliveTimeout,
            server?.MaxKeepAliveRequests ?? node?.MaxKeepAliveRequests ?? 0,
            server?.OpenConnections ?? open);
    }

    private static (int Workers, LimitSource Source) WorkersOf(
        FarmOptions options, FarmServerOptions? server, NodeDocument? node, int? scoreboard, Mpm? mpm)
    {
        if (server?.MaxRequestWorkers is { } configured)
            return (configured, LimitSource.Configured);
        if (server?.Limit is { } limit)
            return (node?.MaxRequestWorkers ?? scoreboard ?? limit + options.Reserve, LimitSource.Configured);
        if (node?.MaxRequestWorkers is { } told)
            return (told, LimitSource.NodeDocument);
        if (scoreboard is { } length)
            return (length, LimitSource.Scoreboard);
        if (server?.Model is { } model)
            return (MemoryBound(model, mpm ?? Model.Mpm.Worker), LimitSource.Model);
        return (options.Defaults.MaxRequestWorkers, LimitSource.Default);
    }

    /// <summary>Workers that fit into the host's memory, by the tuning model.</summary>
    internal static int MemoryBound(MemoryModelOptions m, Mpm mpm)
    {
        var memory = MemoryModel.From(new TuningInputs
        {
            Settings = new() { Mpm = mpm },
            ProcessMb = mpm == Model.Mpm.Prefork ? m.PreforkProcessMb : m.ProcessMb,
            ThreadMb = m.ThreadMb,
        });
        var budgetMb = m.Headroom * (m.RamMb - m.ReservedMb - m.OtherServicesMb);
        return (int)Math.Clamp(memory.MaxWorkers(budgetMb, m.ThreadsPerChild), 1, 200_000);
    }
}
