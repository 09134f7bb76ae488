using Weir.Farm.Model;
using Weir.Farm.Readers.Node;
using Weir.Farm.Readers.Status;

namespace Weir.Farm.Feed;

/// <summary>
/// Everything known of one server and the arithmetic from it to a reading. Knows neither sockets nor clocks.
/// Not safe for concurrent use.
/// </summary>
internal sealed class ServerTracker(string address)
{
    private readonly ForeignLoad _foreign = new();
    private readonly ColdStartRamp _ramp = new();
    private NodeDocument? _node;
    private ServerStatus? _status;
    private TimeSpan _statusAt;
    private DateTimeOffset? _lastSuccess;
    private Mpm? _mpm;
    private int? _scoreboard;
    private int? _ceiling;
    private double? _arrival;
    private double? _serviceMs;
    private bool _countsConnections;
    private int _failures;
    private string? _error;

    /// <summary>True while the cold-start ramp holds slots back.</summary>
    public bool IsCold { get; private set; } = true;

    /// <summary>Takes a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="own">The most that we had on the server while the question was under way.</param>
    /// <param name="now">Monotonic time.</param>
    /// <param name="wall">The same instant for people.</param>
    /// <param name="options">All of <c>Weir:Farm</c>.</param>
    public void Answered(ServerStatus page, OwnLoad own, TimeSpan now, DateTimeOffset wall, FarmOptions options)
    {
        var before = _status;
        _status = page;
        _lastSuccess = wall;
        _failures = 0;
        _error = null;
        _mpm = page.Mpm ?? _mpm;
        if (page.EffectiveMaxRequestWorkers is { } length)
            _scoreboard = length;
        else if (page.Mpm is null && page.Scoreboard is { } board)
            _ceiling = board.Length;
        if (before is not null && StatusRates.HasRestarted(before, page))
        {
            _foreign.Reset();
            _ramp.Reset();
        }
        else if (before is not null && StatusRates.Between(before, page, now - _statusAt) is { } rates)
        {
            _arrival = Smooth(_arrival, rates.ArrivalPerSecond, options.Poll.Smoothing);
            if (rates.MeanServiceTime is { } mean)
                _serviceMs = Smooth(_serviceMs, mean.TotalMilliseconds, options.Poll.Smoothing);
        }

        _statusAt = now;
        var decision = Decide(options);
        _foreign.Observe(NotOurs(page, own, decision, options), decision.Workers, options.Poll.ForeignSamples);
        // During a graceful restart the workers of the old generation live on but are not counted: no sign of a cold server.
        if (page.EffectiveMaxRequestWorkers is not null || page.Mpm is null)
            _ramp.Observe(Math.Max(0, page.Alive - _foreign.Workers) / options.Gateways, Limit(decision, options), ThreadShare(decision, options));
    }

    /// <summary>A question without a usable answer: the server is busy, the last limit stays.</summary>
    public void Failed(string error)
    {
        _failures++;
        _error = error;
    }

    /// <summary>Takes a valid node document.</summary>
    public void Told(NodeDocument document) => _node = document;

    /// <summary>The reading at this instant.</summary>
    public FarmReading Read(TimeSpan now, int inFlight, FarmOptions options)
    {
        var decision = Decide(options);
        var limit = Limit(decision, options);
        var open = options.ColdStart.Enabled
            ? _ramp.Open(now, inFlight, limit, ThreadShare(decision, options), StartWorkers(decision, options))
            : limit;
        IsCold = open < limit;
        return new FarmReading
        {
            Address = address,
            Mpm = decision.Mpm,
            Limit = limit,
            OpenSlots = open,
            Source = decision.Source,
            Reason = LimitReason.Text(decision, limit, _foreign.Workers, options),
            EffectiveMaxRequestWorkers = decision.Workers,
            KeepAliveTimeout = decision.KeepAliveTimeout,
            MaxKeepAliveRequests = decision.MaxKeepAliveRequests,
            IdleTimeout = options.Servers.Find(s => ServerAddress.Canonical(s.Address) == address)?.IdleTimeout,
            OpenConnections = Connections(decision, limit),
            Busy = _status?.Busy,
            Idle = _status?.Idle,
            Foreign = _foreign.Workers,
            ArrivalPerSecond = _arrival,
            MeanServiceTime = _serviceMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
            LastSuccess = _lastSuccess,
            State = _status is null ? ReadingState.Never : _failures >= 3 ? ReadingState.Stale : ReadingState.Fresh,
            LastError = _error,
        };
    }

    private LimitDecision Decide(FarmOptions options)
    {
        var server = options.Servers.Find(s => ServerAddress.Canonical(s.Address) == address);
        return LimitDecision.Make(options, server, _node, _scoreboard, _mpm, _ceiling);
    }

    // Foreign workers come off the pool that all gateways share; never above what configuration allows.
    private int Limit(LimitDecision decision, FarmOptions options)
    {
        if (_foreign.Workers == 0)
            return decision.Limit;
        var pool = Math.Max(decision.Workers, _scoreboard ?? 0);
        return Math.Min(decision.Limit, GatewayCap.Slots(pool - _foreign.Workers, options.Reserve, options.Gateways));
    }

    // A connection to prefork or worker holds a worker, so foreign traffic takes connections too.
    private static int Connections(LimitDecision decision, int limit) =>
        decision.Mpm == Mpm.Event ? decision.OpenConnections : Math.Min(decision.OpenConnections, Math.Max(1, limit));

    private int NotOurs(ServerStatus page, OwnLoad own, LimitDecision decision, FarmOptions options)
    {
        _countsConnections |= own.Connections > 0;
        var busy = page.Busy - 1;
        var ours = own.InFlight;
        if (decision.Mpm != Mpm.Event)
        {
            // Whose the idle keep-alive connections are is known only where our own are counted.
            if (_countsConnections)
                ours = Math.Max(ours, own.Connections);
            else
                busy -= page.Scoreboard?.KeepAlive ?? 0;
        }

        // What the other gateways may use is theirs by right, with the worker that answers their question.
        var others = (options.Gateways - 1) * (decision.Limit + 1);
        return busy - ours - others;
    }

    private int Threads(LimitDecision decision, FarmOptions options)
    {
        if (decision.Mpm == Mpm.Prefork)
            return 1;
        if (_node?.ThreadsPerChild is { } told)
            return told;
        return _status is { Processes: > 0 and var processes, Stopping: 0 } page && page.Alive >= processes && page.Alive % processes == 0
            ? page.Alive / processes
            : options.ColdStart.ThreadsPerChild;
    }

    private int ThreadShare(LimitDecision decision, FarmOptions options) => Math.Max(1, Threads(decision, options) / options.Gateways);

    private int StartWorkers(LimitDecision decision, FarmOptions options) =>
        (options.ColdStart.StartServers ?? (decision.Mpm == Mpm.Prefork ? 5 : 2)) * ThreadShare(decision, options);

    private static double Smooth(double? mean, double sample, double weight) => mean is { } old ? old + (weight * (sample - old)) : sample;
}
