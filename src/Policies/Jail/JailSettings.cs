using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Weir.Policies.Contracts;

namespace Weir.Policies.Jail;

/// <summary>One jail: what counts, how often, and for how long it bans.</summary>
public sealed class JailSettings
{
    [Description("What counts. Throttle: refused by the throttle. BadRequest: malformed or ambiguous. Auth: a failed log-in. Scanner: see ScannerPaths. Connection: a request that did not arrive in time, or a PROXY header from a peer that is not listed. Waf is refused until something reports it.")]
    [Length(1, 6)]
    public List<OffenceKind> Offences { get; set; } = [];

    [Description("Offences within FindTime that lead to a ban, as Fail2ban's maxretry.")]
    [Range(1, 10_000)]
    public int MaxRetry { get; set; } = 5;

    [Description("How far back offences count, as Fail2ban's findtime.")]
    [Range(typeof(TimeSpan), "00:00:01", "31.00:00:00")]
    public TimeSpan FindTime { get; set; } = TimeSpan.FromMinutes(10);

    [Description("How long a ban is, as Fail2ban's bantime.")]
    [Range(typeof(TimeSpan), "00:00:01", "3660.00:00:00")]
    public TimeSpan BanTime { get; set; } = TimeSpan.FromMinutes(10);

    [Description("Bans for ever; BanTime and Increment do not count then.")]
    public bool Permanent { get; set; }

    [Description("How bans grow for those who come again.")]
    public IncrementSettings Increment { get; set; } = new();

    [Description("Addresses and networks that this jail lets be, besides Weir:Jail:Ignore.")]
    [Length(0, 1024)]
    public List<string> Ignore { get; set; } = [];

    [Description("Bans nobody; log and metrics say who would have been.")]
    public bool DryRun { get; set; }

    [Description("Auth: counts answers with 403 too.")]
    public bool CountForbidden { get; set; }

    [Description("Auth: counts a 401 to a request without an Authorization header too, as sites have it whose log-in is a form. Every browser gets one before it asks for a password.")]
    public bool CountChallenges { get; set; }
}
