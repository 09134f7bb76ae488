namespace Weir.Policies.Caching.Semantics;

/// <summary>The directives of a response that are in force here.</summary>
/// <param name="Control">What they say.</param>
/// <param name="Targeted">They come from a targeted field: Cache-Control and Expires do not count at all.</param>
internal readonly record struct ResponseControl(CacheControl Control, bool Targeted)
{
    /// <summary>no-store, as far as must-understand beside it does not lift it.</summary>
    /// <param name="status">Known with all its rules for caching, see <see cref="StatusCodes.Understood"/>.</param>
    public bool ForbidsStoring(int status) =>
        Control.Has(CacheDirectives.NoStore) && !(Control.Has(CacheDirectives.MustUnderstand) && StatusCodes.Understood(status));

    /// <summary>A directive that lets the answer to a request with Authorization be stored (RFC 9111 section 3.5).</summary>
    public bool AllowsAuthorized =>
        Control.Has(CacheDirectives.Public | CacheDirectives.MustRevalidate) || Control.SharedMaxAge != DeltaSeconds.None;
}
