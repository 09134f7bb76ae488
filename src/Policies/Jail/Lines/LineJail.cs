using Weir.Fail2ban.Filters;
using Weir.Fail2ban.Jails;

namespace Weir.Policies.Jail.Lines;

/// <summary>One of Fail2ban's jails with its rule.</summary>
/// <param name="Rule">What it counts and bans by.</param>
/// <param name="Definition">What it reads.</param>
/// <param name="IsLive">It judges the gateway's own traffic.</param>
internal sealed record LineJail(JailRule Rule, JailDefinition Definition, bool IsLive)
{
    /// <summary>Its filter, compiled for live traffic; null when it does not judge that.</summary>
    public Func<string, DateTimeOffset, LineVerdict>? Live { get; init; }
}
