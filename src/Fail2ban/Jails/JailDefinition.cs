using System.Net;
using Weir.Fail2ban.Filters;

namespace Weir.Fail2ban.Jails;

/// <summary>One enabled jail, with everything interpolated.</summary>
public sealed record JailDefinition
{
    /// <summary>Name of its section.</summary>
    public required string Name { get; init; }

    /// <summary>What it looks for.</summary>
    public required FilterDefinition Filter { get; init; }

    /// <summary>Paths as written in <c>logpath</c>, each perhaps with wildcards; empty for none (a systemd backend, live traffic only).</summary>
    public IReadOnlyList<LogPath> LogPaths { get; init; } = [];

    /// <summary>Offences within <see cref="FindTime"/> that lead to a ban.</summary>
    public int MaxRetry { get; init; } = 5;

    public TimeSpan FindTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Null bans for ever (a negative <c>bantime</c>).</summary>
    public TimeSpan? BanTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary><c>bantime.increment</c> and its kin.</summary>
    public BanIncrement Increment { get; init; } = new();

    /// <summary>Networks of <c>ignoreip</c>; names of hosts are resolved when they are read.</summary>
    public IReadOnlyList<IPNetwork> IgnoreIp { get; init; } = [];

    /// <summary><c>ignoreself</c>: the machine's own addresses.</summary>
    public bool IgnoreSelf { get; init; } = true;

    /// <summary><c>ignorecommand</c>; not run by Weir, see the messages.</summary>
    public string? IgnoreCommand { get; init; }

    /// <summary><c>port</c> as written; null when there is none.</summary>
    public string? Port { get; init; }

    /// <summary><c>logtimezone</c>: where dates are local that name no zone; null for the machine's own zone.</summary>
    public TimeZoneInfo? LogTimeZone { get; init; }
}
