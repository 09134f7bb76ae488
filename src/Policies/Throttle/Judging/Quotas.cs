using Weir.Policies.Throttle.Matching;

namespace Weir.Policies.Throttle.Judging;

/// <summary>All that was imported from AspNetCoreRateLimit.</summary>
internal sealed record Quotas
{
    /// <summary>Shortest period first, and of one period the smallest limit first.</summary>
    public required Quota[] General { get; init; }

    /// <summary>Rules of single addresses and networks; they go before the general ones of the same period.</summary>
    public required (AddressSet Clients, Quota[] Rules)[] Policies { get; init; }

    /// <summary>Clients that are not counted.</summary>
    public required AddressSet AllowedClients { get; init; }

    /// <summary>Endpoints that are not counted.</summary>
    public required (string? Method, string? Path)[] AllowedEndpoints { get; init; }

    /// <summary>A refused request counts in the longer periods too.</summary>
    public required bool StacksRefused { get; init; }

    /// <summary>Body of a refusal; null for ours.</summary>
    public string? Content { get; init; }

    public string ContentType { get; init; } = "text/plain";

    /// <summary>Status of a refusal; 0 for ours.</summary>
    public int Status { get; init; }

    public bool Exempts(in ThrottleRequest request)
    {
        foreach (var (method, path) in AllowedEndpoints)
        {
            if ((method is null || method.Equals(request.Method, StringComparison.OrdinalIgnoreCase)) && (path is null || Glob.Matches(path, request.Path)))
                return true;
        }

        return AllowedClients.Contains(request.Address);
    }
}
