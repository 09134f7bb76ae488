using System.Diagnostics.Metrics;

namespace Weir.Policies.Jail;

/// <summary>What the slice counts. Tags: words of the code, and names of configured jails.</summary>
internal sealed class JailMetrics
{
    private const string MeterName = "Weir";

    private readonly Meter _meter;
    private readonly Counter<long> _banned;
    private readonly Counter<long> _wouldBan;
    private readonly Counter<long> _notBanned;
    private readonly Counter<long> _gaveWay;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _offences;
    private readonly Counter<long> _lines;
    private readonly Counter<long> _linesDropped;
    private readonly Counter<long> _linesTimedOut;
    private readonly Counter<long> _errors;

    public JailMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _banned = _meter.CreateCounter<long>("weir.jail.banned", "{ban}", "Bans that came into force, by jail.");
        _wouldBan = _meter.CreateCounter<long>("weir.jail.would_ban", "{ban}", "Bans that a jail on trial would have made.");
        _notBanned = _meter.CreateCounter<long>("weir.jail.not_banned", "{ban}", "Bans that did not come into force.");
        _gaveWay = _meter.CreateCounter<long>("weir.jail.gave_way", "{ban}", "Bans that ended early because the list was full and a newer one came.");
        _refused = _meter.CreateCounter<long>("weir.jail.refused", "{refusal}", "Requests and connections of banned clients that were refused.");
        _offences = _meter.CreateCounter<long>("weir.jail.offences", "{offence}", "Offences that a jail counted.");
        _lines = _meter.CreateCounter<long>("weir.jail.lines", "{line}", "Lines judged by Fail2ban's filters.");
        _linesDropped = _meter.CreateCounter<long>("weir.jail.lines_dropped", "{line}", "Requests that the live jails did not see because their queue, or the client's part of it, was full.");
        _linesTimedOut = _meter.CreateCounter<long>("weir.jail.lines_timed_out", "{line}", "Lines on which an expression of a filter ran out of time.");
        _errors = _meter.CreateCounter<long>("weir.jail.errors", "{error}", "Files that could not be read or written.");
    }

    /// <summary>Shows the number of bans in force.</summary>
    public void Watch(Func<int> count) => _meter.CreateObservableGauge("weir.jail.bans", count, "{ban}", "Bans in force.");

    /// <param name="jail">A configured name, <c>manual</c> or <c>replica</c>.</param>
    public void Banned(string jail) => _banned.Add(1, new KeyValuePair<string, object?>("jail", jail));

    public void WouldBan(string jail) => _wouldBan.Add(1, new KeyValuePair<string, object?>("jail", jail));

    /// <param name="reason"><c>trusted</c>, <c>ignored</c>, <c>wide</c> or <c>full</c>.</param>
    public void NotBanned(string reason) => _notBanned.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void GaveWay() => _gaveWay.Add(1);

    /// <param name="at"><c>request</c> or <c>connection</c>.</param>
    public void Refused(string at) => _refused.Add(1, new KeyValuePair<string, object?>("at", at));

    /// <param name="kind">Name of an offence's kind, or <c>fail2ban</c>.</param>
    public void Offence(string kind) => _offences.Add(1, new KeyValuePair<string, object?>("kind", kind));

    /// <param name="source"><c>live</c> or <c>file</c>.</param>
    public void Lines(long count, string source) => _lines.Add(count, new KeyValuePair<string, object?>("source", source));

    /// <param name="source"><c>live</c> or <c>file</c>.</param>
    public void LineTimedOut(string source) => _linesTimedOut.Add(1, new KeyValuePair<string, object?>("source", source));

    public void LineDropped() => _linesDropped.Add(1);

    /// <param name="what"><c>state_read</c>, <c>state_write</c>, <c>log_read</c> or <c>fail2ban</c>.</param>
    public void Error(string what) => _errors.Add(1, new KeyValuePair<string, object?>("what", what));
}
