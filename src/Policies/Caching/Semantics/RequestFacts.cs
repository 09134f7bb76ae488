using Microsoft.Extensions.Primitives;

namespace Weir.Policies.Caching.Semantics;

/// <summary>What the rules of caching need to know of a request.</summary>
/// <param name="Method">As received; methods are case-sensitive.</param>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Authority">Host as received, with its port if it has one.</param>
/// <param name="Target">Path and query as received, beginning with <c>/</c>.</param>
/// <param name="Authorized">It carries Authorization.</param>
/// <param name="Ranged">It carries Range.</param>
/// <param name="Control">Its directives, or <see cref="CacheControl.Empty"/> where they do not count.</param>
internal readonly record struct RequestFacts(
    string Method, string Scheme, string Authority, string Target, bool Authorized, bool Ranged, CacheControl Control)
{
    private static readonly CacheControl NoCache = CacheControl.Parse("no-cache");

    /// <summary>GET.</summary>
    public bool IsGet => Method is "GET";

    /// <summary>HEAD.</summary>
    public bool IsHead => Method is "HEAD";

    /// <param name="cacheControl">Its Cache-Control lines.</param>
    /// <param name="pragma">Its Pragma lines: no-cache there counts when there is no Cache-Control.</param>
    /// <returns>The request's directives where <see cref="SemanticRules.HonourRequests"/> is on; otherwise none.</returns>
    public static CacheControl Directives(StringValues cacheControl, StringValues pragma, SemanticRules rules)
    {
        if (!rules.HonourRequests)
        {
            return CacheControl.Empty;
        }

        if (cacheControl.Count > 0)
        {
            return CacheControl.Parse(cacheControl.ToString());
        }

        return pragma.Count > 0 && CacheControl.Parse(pragma.ToString()).Has(CacheDirectives.NoCache) ? NoCache : CacheControl.Empty;
    }
}
