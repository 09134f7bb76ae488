namespace Weir.Policies.Contracts;

/// <summary>What a client did that a jail may punish.</summary>
public enum OffenceKind
{
    /// <summary>Refused by the throttle.</summary>
    Throttle,

    /// <summary>A malformed or ambiguous request.</summary>
    BadRequest,

    /// <summary>A failed log-in: 401, or 403 where a jail says so.</summary>
    Auth,

    /// <summary>A path that only scanners ask for.</summary>
    Scanner,

    /// <summary>A rule of the web application firewall. Nothing reports it yet, and the jails' validator refuses it.</summary>
    Waf,

    /// <summary>A connection that does not speak: slow headers, a broken PROXY header. Nothing reports it yet, and the validator refuses it.</summary>
    Connection,
}
