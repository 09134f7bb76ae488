using System.Collections.Frozen;

namespace Weir.Forwarding.Admission;

/// <summary>The immutable form of <see cref="AdmissionOptions"/>. A request keeps the one that it started with.</summary>
internal sealed class AdmissionRules
{
    private readonly FrozenDictionary<string, RouteRules> _routes;
    private readonly RouteRules _default;

    public AdmissionRules(AdmissionOptions options)
    {
        MaxLength = options.MaxLength;
        MaxBytes = options.MaxBytes;
        Target = options.Target;
        DeadlineHeader = options.DeadlineHeader;
        MaxRetries = options.Retry.MaxAttempts;
        RetryBudget = options.Retry.Budget;
        _default = new RouteRules(PriorityClass.Normal, options.MaxWait, Enabled: true);
        _routes = options.Routes.ToFrozenDictionary(
            r => r.Key,
            r => new RouteRules(r.Value.Priority, r.Value.MaxWait ?? options.MaxWait, r.Value.Enabled),
            StringComparer.OrdinalIgnoreCase);
    }

    public int MaxLength { get; }

    public long MaxBytes { get; }

    public TimeSpan Target { get; }

    public string? DeadlineHeader { get; }

    public int MaxRetries { get; }

    public double RetryBudget { get; }

    public RouteRules For(string routeId) =>
        _routes.Count > 0 && _routes.TryGetValue(routeId, out var rules) ? rules : _default;
}
