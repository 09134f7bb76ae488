namespace Weir.Policies.Caching.Semantics;

/// <summary>Why an answer is stored or not.</summary>
internal enum StorageReason
{
    Stored,

    /// <summary>Neither GET nor a POST that speaks for a GET.</summary>
    Method,

    /// <summary>An interim answer, or a status beyond 999.</summary>
    Interim,

    /// <summary>304, 412, 416: about this request only.</summary>
    OfOneRequest,

    /// <summary>must-understand, with a status that we do not know.</summary>
    NotUnderstood,
    NoStore,
    Private,

    /// <summary>no-store in the request.</summary>
    RequestNoStore,

    /// <summary>The request had Authorization, and the answer has no leave for all.</summary>
    Authorization,

    /// <summary>Vary has <c>*</c>, is malformed, or names too many fields.</summary>
    Vary,

    /// <summary>Set-Cookie without explicit freshness, or refused.</summary>
    SetCookie,

    /// <summary>Neither fresh nor to be validated.</summary>
    NoFreshness,

    /// <summary>206 without a usable Content-Range.</summary>
    Range,
}
