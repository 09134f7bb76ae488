using System.Net;
using Microsoft.Extensions.Logging;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Bans;

namespace Weir.Policies.Jail.Offences;

/// <summary>Counts an offence against a jail and bans when it was one too many. Any thread; allocates only when it bans.</summary>
internal sealed class Sentencing(
    BanList bans, CurrentJail current, IClientRules clients, TimeProvider time, JailMetrics metrics, ILogger<Sentencing> logger)
{
    private readonly JailNumbers _numbers = new();
    private readonly Tallies _tallies = new();
    private readonly NoticeGate _wouldBan = new(time);
    private readonly NoticeGate _notBanned = new(time);

    /// <summary>Counts one offence.</summary>
    /// <param name="jail">The jail.</param>
    /// <param name="offender">Its address; trusted proxies and ignored ones are let be.</param>
    /// <param name="isDirect">See <see cref="IClientFeature.IsDirect"/>.</param>
    /// <param name="at">When it was done; before the jail's window it does not count.</param>
    /// <param name="reason">For people, without control characters.</param>
    public void Count(JailRule jail, IPAddress offender, bool isDirect, DateTimeOffset at, string reason)
    {
        if (!NetworkKey.TryOf(offender, out var whole) || clients.IsTrusted(offender)
            || current.Now.Ignore.Overlap(whole) || jail.Ignore.Overlap(whole))
        {
            return;
        }

        var now = time.GetUtcNow();
        if (at > now)
            at = now;
        if (at <= now - jail.FindTime)
            return;
        var network = clients.NetworkOf(offender);
        // An offence that was on its way when its client was banned.
        if (bans.Find(offender) is not null)
            return;
        var count = _tallies.Add(_numbers.Of(jail.Name), NetworkKey.Of(network), Seconds(at), (uint)jail.FindTime.TotalSeconds, jail.MaxRetry);
        if (count >= jail.MaxRetry)
            Ban(jail, network, isDirect, at, now, $"{count} offences within {jail.FindTime}, the last: {reason}");
    }

    /// <summary>Offences of a client that count now.</summary>
    public int Peek(JailRule jail, IPAddress client) =>
        _tallies.Peek(_numbers.Of(jail.Name), NetworkKey.Of(clients.NetworkOf(client)), Seconds(time.GetUtcNow()), (uint)jail.FindTime.TotalSeconds);

    private void Ban(JailRule jail, IPNetwork network, bool isDirect, DateTimeOffset at, DateTimeOffset now, string reason)
    {
        var earlier = bans.Earlier(network, jail.Increment.OverAllJails ? null : jail.Name);
        var length = jail.NextBan(earlier, Random.Shared.NextDouble());
        if (jail.DryRun)
        {
            metrics.WouldBan(jail.Name);
            var level = _wouldBan.MayTell(out var untold) ? LogLevel.Information : LogLevel.Debug;
            JailLog.WouldBan(logger, level, jail.Name, network, length is null ? "ever" : $"{length}", reason, untold);
            return;
        }

        // From the offence on, as Fail2ban: a ban found in an old line may be over already.
        var from = at < now ? at : now;
        DateTimeOffset? until = length is { } time && time < DateTimeOffset.MaxValue - from ? from + time : null;
        if (until <= now)
            return;
        if (bans.Add(new Ban(network, jail.Name, reason, from, until, 0, BanOrigin.Jail, isDirect)) is { } why)
            JailLog.NotBanned(logger, _notBanned.MayTell(out var untold) ? LogLevel.Warning : LogLevel.Debug, jail.Name, network, why, untold);
    }

    private static uint Seconds(DateTimeOffset time) => (uint)Math.Clamp(time.ToUnixTimeSeconds(), 0, uint.MaxValue);
}
