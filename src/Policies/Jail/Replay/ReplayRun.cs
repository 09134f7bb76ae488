using System.Net;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Bans;
using Weir.Policies.Jail.Offences;

namespace Weir.Policies.Jail.Replay;

/// <summary>Counts and bans of one replay; its clock is the log's.</summary>
internal sealed class ReplayRun(IClientRules clients, Networks ignore)
{
    private readonly Tallies _tallies = new();
    private readonly JailNumbers _numbers = new();
    private readonly BanHistory _history = new();
    private readonly Dictionary<NetworkKey, DateTimeOffset?> _banned = [];
    private readonly Dictionary<string, long> _offences = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ReplayBan> _bans = [];
    private long _lines;

    public bool IsFull => _bans.Count >= JailReplay.MaxBans;

    public void Next() => _lines++;

    public void Count(JailRule jail, IPAddress address, DateTimeOffset at)
    {
        if (IsFull || !NetworkKey.TryOf(address, out var whole) || clients.IsTrusted(address) || ignore.Overlap(whole) || jail.Ignore.Overlap(whole))
            return;
        var client = NetworkKey.Of(clients.NetworkOf(address));
        if (_banned.TryGetValue(client, out var end) && (end is null || end > at))
            return;
        _offences[jail.Name] = _offences.GetValueOrDefault(jail.Name) + 1;
        var seconds = (uint)Math.Clamp(at.ToUnixTimeSeconds(), 0, uint.MaxValue);
        var count = _tallies.Add(_numbers.Of(jail.Name), client, seconds, (uint)jail.FindTime.TotalSeconds, jail.MaxRetry);
        if (count < jail.MaxRetry)
            return;
        // The middle of the random part: two runs over one log say the same.
        var length = jail.NextBan(_history.Of(client, jail.Increment.OverAllJails ? null : jail.Name), 0.5);
        DateTimeOffset? until = length is { } time && time < DateTimeOffset.MaxValue - at ? at + time : null;
        _history.Add(client, jail.Name, at);
        _banned[client] = until;
        _bans.Add(new ReplayBan(client.ToNetwork(), jail.Name, at, until, count, _lines));
    }

    public bool IsBanned(IPAddress address, DateTimeOffset at) =>
        NetworkKey.TryOf(address, out _) && _banned.TryGetValue(NetworkKey.Of(clients.NetworkOf(address)), out var end) && (end is null || end > at);

    public ReplayReport Report() => new(_lines, _offences, _banned.Count, _bans, IsFull);
}
