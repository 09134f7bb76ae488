namespace Weir.Policies.RequestRules;

/// <summary>What one look over a request's headers found; an ordinary request has none of it.</summary>
[Flags]
internal enum FieldTraits
{
    /// <summary>Nothing that a rule is about.</summary>
    None = 0,

    /// <summary>A name is no token.</summary>
    BadName = 1,

    /// <summary>A value has a control character.</summary>
    BadValue = 1 << 1,

    /// <summary>A name is a token, but more than letters, digits and hyphens.</summary>
    Underscore = 1 << 2,

    /// <summary><c>Proxy</c>.</summary>
    Proxy = 1 << 3,

    /// <summary><c>Connection</c> with more than one of <c>keep-alive</c> and <c>close</c>.</summary>
    Connection = 1 << 4,

    /// <summary><c>Upgrade</c> or <c>HTTP2-Settings</c>.</summary>
    Upgrade = 1 << 5,

    /// <summary><c>TE</c>.</summary>
    TE = 1 << 6,

    /// <summary><c>Expect</c>.</summary>
    Expect = 1 << 7,

    /// <summary><c>Transfer-Encoding</c>.</summary>
    TransferEncoding = 1 << 8,

    /// <summary><c>Connection</c>, <c>Keep-Alive</c>, <c>Proxy-Connection</c>, <c>Transfer-Encoding</c> or <c>Upgrade</c>: belongs to HTTP/1 alone.</summary>
    OfHttp1 = 1 << 9,
}
