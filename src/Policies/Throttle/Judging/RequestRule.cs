using Weir.Policies.Throttle.Matching;

namespace Weir.Policies.Throttle.Judging;

/// <summary>A rule of the list in the shape that is cheap to ask.</summary>
internal sealed class RequestRule(ThrottleRuleOptions options, CountRule? rate, int concurrencyTag)
{
    private readonly string? _host = string.IsNullOrEmpty(options.Host) ? null : options.Host;
    private readonly string? _route = string.IsNullOrEmpty(options.Route) ? null : options.Route;
    private readonly PathPattern? _path = string.IsNullOrEmpty(options.Path) ? null : new PathPattern(options.Path);
    private readonly string[] _methods = [.. options.Methods];

    public string Name { get; } = options.Name;

    public bool IsDryRun { get; } = options.DryRun;

    /// <summary>Null when the rule has no rate.</summary>
    public CountRule? Rate { get; } = rate;

    /// <summary>0 when the rule has no bound on what is under way.</summary>
    public int Concurrency { get; } = options.ConcurrentRequests ?? 0;

    public int ConcurrencyTag { get; } = concurrencyTag;

    /// <summary>0 when the rule has no bandwidth.</summary>
    public long BytesPerSecond { get; } = options.BytesPerSecond ?? 0;

    public long InitialBytes { get; } = options.InitialBytes;

    public bool Matches(in ThrottleRequest request)
    {
        if (_route is not null && !_route.Equals(request.Route, StringComparison.OrdinalIgnoreCase))
            return false;
        if (_host is not null && !HostText.Matches(request.Host, _host))
            return false;
        if (_methods.Length > 0 && !HasMethod(request.Method))
            return false;
        return _path is null || _path.Matches(request.Path);
    }

    private bool HasMethod(string method)
    {
        foreach (var one in _methods)
        {
            if (one.Equals(method, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
