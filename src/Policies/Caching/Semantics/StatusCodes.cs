namespace Weir.Policies.Caching.Semantics;

/// <summary>What the rules of caching need to know of a status.</summary>
internal static class StatusCodes
{
    public const int PartialContent = 206;
    public const int NotModified = 304;

    /// <returns>True for one whose freshness may be estimated without the origin's word.</returns>
    public static bool Heuristic(int status) => status is 200 or 203 or 204 or 300 or 301 or 308 or 404 or 405 or 410 or 414 or 501;

    /// <returns>True for one whose meaning for caches we know, for must-understand.</returns>
    public static bool Understood(int status) => status is (>= 200 and <= 206) or (>= 300 and <= 304) or 307 or 308
        or (>= 400 and <= 417) or 421 or 422 or 423 or 424 or 425 or 426 or 428 or 429 or 431 or 451 or (>= 500 and <= 505) or 511;

    /// <returns>True for 200 to 999, the last answer to a request.</returns>
    public static bool Final(int status) => status is >= 200 and <= 999;

    /// <returns>True for one that speaks of the request's own conditions or ranges and is of no use to any other request.</returns>
    public static bool OfOneRequest(int status) => status is NotModified or 412 or 416;
}
