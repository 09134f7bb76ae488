using System.Net;
using Microsoft.Extensions.Configuration;
using Weir.Policies.Throttle.Counting;
using Weir.Policies.Throttle.Judging;

namespace Weir.Policies.Throttle.Explain;

/// <summary>
/// Judges the requests of an access log by the rules, with the log's own time: who would have been refused? The rules count as if
/// they were on. What is under way at once, bandwidth and connections are not in a log and not judged. One thread.
/// </summary>
public sealed class ThrottleReplay
{
    /// <summary>Clients of the result; what others are refused is only counted.</summary>
    public const int MaxClients = 100_000;

    private readonly Dictionary<IPAddress, ReplayedClient> _clients = [];
    private readonly Dictionary<(string Name, bool IsDryRun), ReplayedRule> _refusedBy = [];
    private readonly ThrottleRules _rules;
    private readonly ThrottleJudge _judge;
    private DateTimeOffset _begin;
    private long _now;

    /// <param name="configuration">Where the imported sections stand; null for none.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">What the options import has faults.</exception>
    public ThrottleReplay(ThrottleOptions options, IConfiguration? configuration = null)
    {
        _rules = OfflineRules.From(options, configuration);
        _judge = new ThrottleJudge(new ThrottleCounters(options.MaxCounters, HashSecret.Random()));
    }

    /// <summary>Requests fed.</summary>
    public long Requests { get; private set; }

    /// <summary>Requests that would have been refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Those that came before one that was fed earlier; they are judged as if they had come with it.</summary>
    public long OutOfOrder { get; private set; }

    /// <summary>Those who would have been refused, the most refused first.</summary>
    public IReadOnlyList<ReplayedClient> Clients => [.. _clients.Values.OrderByDescending(c => c.Refused).ThenBy(c => c.First)];

    /// <summary>What each rule would have refused, the most first; those that only report beside the others. As many as there are rules.</summary>
    public IReadOnlyList<ReplayedRule> Rules => [.. _refusedBy.Values.OrderByDescending(r => r.Refused).ThenBy(r => r.Rule, StringComparer.Ordinal)];

    /// <summary>Judges the next request of the log.</summary>
    /// <returns>Why it would have been refused; null lets it pass.</returns>
    public string? Feed(DateTimeOffset time, ThrottleProbe request)
    {
        if (Requests++ == 0)
            _begin = time;
        var now = (time - _begin).Ticks + 1;
        if (now < _now)
            OutOfOrder++;
        _now = Math.Max(_now, now);
        if (_rules.Allow.Contains(request.Client))
            return null;
        var asked = new ThrottleRequest(request.ClientKey, request.Client, request.Method, request.Host, request.Path, request.Query, request.Route);
        var verdict = _judge.Judge(_rules, asked, _now);
        if (verdict.Reason is { } reason)
            Note(verdict.Rule?.Name ?? "block", reason, verdict.IsDry);
        if (!verdict.Refuses)
            return null;
        Refused++;
        if (_clients.TryGetValue(request.Client, out var known))
            _clients[request.Client] = known with { Refused = known.Refused + 1 };
        else if (_clients.Count < MaxClients)
            _clients[request.Client] = new ReplayedClient(request.Client, 1, time, verdict.Reason!, request.Path);
        return verdict.Reason;
    }

    private void Note(string rule, string reason, bool isDryRun)
    {
        var known = _refusedBy.GetValueOrDefault((rule, isDryRun)) ?? new ReplayedRule(rule, reason, 0, isDryRun);
        _refusedBy[(rule, isDryRun)] = known with { Refused = known.Refused + 1 };
    }
}
