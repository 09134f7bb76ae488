using Weir.Policies.Throttle.Matching;

namespace Weir.Policies.Throttle.Judging;

/// <summary>An imported rule: so many requests in a period for the endpoints of a pattern.</summary>
/// <param name="count">The counter.</param>
/// <param name="periodIndex">Number of its period among those of all imported rules, 0 to 63; of one period only the first rule that matches counts.</param>
/// <param name="method">In any case; null for all.</param>
/// <param name="path">A path, or a glob; null for all.</param>
/// <param name="isByEndpoint">Each method and path is counted apart.</param>
internal sealed class Quota(CountRule count, int periodIndex, string? method, string? path, bool isByEndpoint)
{
    private readonly bool _isGlob = path is not null && Glob.IsPattern(path);

    public CountRule Count { get; } = count;

    public ulong PeriodBit { get; } = 1UL << periodIndex;

    public bool IsByEndpoint { get; } = isByEndpoint;

    public bool Matches(in ThrottleRequest request)
    {
        if (method is not null && !method.Equals(request.Method, StringComparison.OrdinalIgnoreCase))
            return false;
        if (path is null)
            return true;
        return _isGlob
            ? Glob.Matches(path, request.Path)
            : path.AsSpan().TrimEnd('/').Equals(request.Path.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);
    }
}
