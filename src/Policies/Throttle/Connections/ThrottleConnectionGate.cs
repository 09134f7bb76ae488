using System.Net;
using Microsoft.Extensions.Logging;
using Weir.Policies.Contracts;
using Weir.Policies.Throttle.Counting;
using Weir.Policies.Throttle.Judging;

namespace Weir.Policies.Throttle.Connections;

/// <summary>
/// Bounds each client's connections. Counts them whether the throttle is on or not: who was let in before a reload is closed after
/// it. Bound: 2 x 65536 entries, 4 MB; with more clients connected at once the rest is let in uncounted.
/// </summary>
internal sealed class ThrottleConnectionGate(CurrentThrottle current, ThrottleMetrics metrics, ILogger<ThrottleConnectionGate> logger, IOffences? offences = null)
    : IConnectionGate
{
    private const int Capacity = 1 << 16;

    private readonly HashSecret _secret = HashSecret.Random();
    private readonly CounterTable _open = new(Capacity);
    private readonly CounterTable _rates = new(Capacity);

    /// <inheritdoc />
    public GateAnswer Open(IPAddress client, ulong key, bool isDirect)
    {
        var rules = current.Rules;
        var options = rules.Options.Connections;
        var entry = CounterKey.Of(_secret, 1, key, 0);
        if (!rules.Options.Enabled || rules.Allow.Contains(client))
            return Enter(entry, int.MaxValue);
        var isDry = options.DryRun || rules.Options.DryRun;
        if (options.NewPerSecond > 0 && !HasToken(entry, options) && Refuse(client, isDirect, ThrottleReason.NewConnections, isDry))
            return GateAnswer.Refused;
        if (options.PerAddress == 0)
            return Enter(entry, int.MaxValue);
        if (isDry)
        {
            if (_open.Inside(entry) >= options.PerAddress)
                Refuse(client, isDirect, ThrottleReason.Connections, isDry);
            return Enter(entry, int.MaxValue);
        }

        var answer = Enter(entry, options.PerAddress);
        if (answer == GateAnswer.Refused)
            Refuse(client, isDirect, ThrottleReason.Connections, isDry);
        return answer;
    }

    /// <inheritdoc />
    public void Closed(ulong key) => _open.Leave(CounterKey.Of(_secret, 1, key, 0));

    /// <summary>Connections of a client that are open.</summary>
    internal uint Inside(ulong key) => _open.Inside(CounterKey.Of(_secret, 1, key, 0));

    // One that found no room is not counted, and its end must not count for another one's.
    private GateAnswer Enter(ulong entry, int limit) => _open.Enter(entry, limit) switch
    {
        EntryOutcome.Entered => GateAnswer.Counted,
        EntryOutcome.Full => GateAnswer.Refused,
        _ => GateAnswer.Passed,
    };

    private bool HasToken(ulong entry, ThrottleConnectionOptions options)
    {
        var burst = options.NewBurst ?? Math.Max(1, (int)options.NewPerSecond);
        var cost = Math.Max(1, (long)(TimeSpan.TicksPerSecond / options.NewPerSecond));
        return _rates.Take(entry, current.Ticks, cost, burst).Left >= 0;
    }

    /// <summary>Reports; true when the connection is to be closed.</summary>
    private bool Refuse(IPAddress client, bool isDirect, string reason, bool isDry)
    {
        metrics.ConnectionRefused(reason, isDry);
        ThrottleLog.ConnectionRefused(logger, client, reason, isDry);
        if (!isDry)
            offences?.Report(client, isDirect, OffenceKind.Throttle, reason);
        return !isDry;
    }
}
