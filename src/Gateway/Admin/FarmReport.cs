namespace Weir.Gateway.Admin;

/// <summary>The answer of <c>GET /api/farm</c>. Durations say their unit in the name; null is "not known".</summary>
internal sealed record FarmReport(GatewayReport Gateway, IReadOnlyList<ClusterReport> Clusters, IReadOnlyList<ServerReport> Servers);

/// <summary>This process.</summary>
internal sealed record GatewayReport(string Version, DateTimeOffset StartedAt, bool Draining, ConfigurationReport Configuration);

/// <summary>The configuration in force and why the last reload was turned down.</summary>
internal sealed record ConfigurationReport(string? Hash, DateTimeOffset? LoadedAt, IReadOnlyList<string> LastErrors);

/// <summary>One YARP cluster; <c>Servers</c> are canonical addresses, <c>WithRoom</c> how many of them take a request now.</summary>
internal sealed record ClusterReport(string Id, string? Policy, int Waiting, double OldestWaitSeconds, int WithRoom, IReadOnlyList<string> Servers);

/// <summary>One Apache.</summary>
internal sealed record ServerReport
{
    public required string Address { get; init; }

    /// <summary>ready, drain or maintenance: what an operator asked for.</summary>
    public required string Mode { get; init; }

    public string? Mpm { get; init; }

    /// <summary>Slots open to new work now.</summary>
    public required int Limit { get; init; }

    /// <summary>Slots before slow start and mode.</summary>
    public required int FarmLimit { get; init; }

    public string? Source { get; init; }

    public string? Reason { get; init; }

    public int? EffectiveMaxRequestWorkers { get; init; }

    public double? KeepAliveTimeoutSeconds { get; init; }

    public required int InFlight { get; init; }

    public required int OpenConnections { get; init; }

    /// <summary>Of the open ones, those that carry no request.</summary>
    public required int IdleConnections { get; init; }

    /// <summary>After which an idle connection is closed; 0 keeps none.</summary>
    public required double IdleTimeoutSeconds { get; init; }

    /// <summary>Null when only the server bounds them.</summary>
    public int? MaxRequestsPerConnection { get; init; }

    /// <summary>Null when nothing bounds them.</summary>
    public int? OpenConnectionLimit { get; init; }

    public double? Busy { get; init; }

    public double? Idle { get; init; }

    public double? Foreign { get; init; }

    /// <summary>Moving mean from slot to end of answer; null before the first answer.</summary>
    public double? LatencyMs { get; init; }

    public required bool Ejected { get; init; }

    public required double StartFraction { get; init; }

    /// <summary>healthy, unhealthy or unknown, as YARP's health checks say; the worst of all clusters that name the server.</summary>
    public required string Health { get; init; }
}
