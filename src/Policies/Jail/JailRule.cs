using System.Collections.Frozen;
using Weir.Fail2ban.Jails;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Bans;

namespace Weir.Policies.Jail;

/// <summary>One jail as offences are judged by it, the gateway's own or one of Fail2ban's.</summary>
internal sealed record JailRule
{
    public required string Name { get; init; }

    /// <summary>What it counts; empty for Fail2ban's, which read lines.</summary>
    public FrozenSet<OffenceKind> Kinds { get; init; } = FrozenSet<OffenceKind>.Empty;

    public required int MaxRetry { get; init; }

    public required TimeSpan FindTime { get; init; }

    /// <summary>Null for ever.</summary>
    public required TimeSpan? BanTime { get; init; }

    public required BanIncrement Increment { get; init; }

    public required Networks Ignore { get; init; }

    public bool DryRun { get; init; }

    /// <summary>A 403 is a failed log-in to it.</summary>
    public bool CountsForbidden { get; init; }

    /// <summary>A 401 without an attempt to log in is one too.</summary>
    public bool CountsChallenges { get; init; }

    public static JailRule Of(string name, JailSettings settings) => new()
    {
        Name = name,
        Kinds = settings.Offences.ToFrozenSet(),
        MaxRetry = settings.MaxRetry,
        FindTime = settings.FindTime,
        BanTime = settings.Permanent ? null : settings.BanTime,
        Increment = new BanIncrement
        {
            Enabled = settings.Increment.Enabled,
            Factor = settings.Increment.Factor,
            Multipliers = [.. settings.Increment.Multipliers],
            MaxTime = settings.Increment.MaxTime,
            RandomTime = settings.Increment.RandomTime,
            OverAllJails = settings.Increment.OverAllJails,
        },
        Ignore = JailRules.Read(settings.Ignore),
        DryRun = settings.DryRun,
        CountsForbidden = settings.CountForbidden,
        CountsChallenges = settings.CountChallenges,
    };

    public static JailRule Of(JailDefinition jail, bool dryRun) => new()
    {
        Name = jail.Name,
        MaxRetry = Math.Clamp(jail.MaxRetry, 1, Offences.Tallies.MaxCount),
        FindTime = jail.FindTime < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : jail.FindTime,
        BanTime = jail.BanTime,
        Increment = jail.Increment,
        Ignore = new Networks(jail.IgnoreIp),
        DryRun = dryRun,
    };

    /// <summary>How long its next ban of a client is; null for ever.</summary>
    /// <param name="earlier">Bans of the client before.</param>
    public TimeSpan? NextBan(int earlier, double random) =>
        BanTime is not { } time ? null : Increment.Enabled ? Increment.Next(time, earlier, random) : time;
}
