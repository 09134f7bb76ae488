namespace Weir.Policies.Caching.Admin;

/// <summary>What a purge names.</summary>
public enum PurgeKind
{
    /// <summary>One absolute URL, with all its variants: <c>https://www.example.com/a?b=1</c>.</summary>
    Url,

    /// <summary>
    /// What begins so: <c>https://www.example.com/shop/</c>, <c>//www.example.com/shop/</c> in either scheme, <c>/shop/</c> on any host.
    /// </summary>
    Prefix,

    /// <summary>What carries this tag in <c>Surrogate-Key</c> or <c>Cache-Tag</c>. Case counts.</summary>
    Tag,

    /// <summary>Everything.</summary>
    All,
}
