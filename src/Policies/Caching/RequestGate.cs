using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Contracts;

namespace Weir.Policies.Caching;

/// <summary>Which requests the cache leaves alone.</summary>
internal static class RequestGate
{
    /// <returns>True for what goes to the origin and whose answer is not stored.</returns>
    public static bool Bypasses(HttpContext context, string target, CachePolicy policy)
    {
        var headers = context.Request.Headers;
        if (headers.IfMatch.Count > 0 || headers.IfUnmodifiedSince.Count > 0 || headers.Upgrade.Count > 0)
            return true;
        // A body that some origins read although the method has none: no key names it.
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
            return true;
        var options = policy.Options;
        for (var i = 0; i < options.BypassHeaders.Count; i++)
        {
            if (headers.ContainsKey(options.BypassHeaders[i]))
                return true;
        }

        return QueryRules.HasAny(target, policy.BypassQuery) || (!policy.BypassCookies.IsEmpty && HasCookie(headers, policy.BypassCookies));
    }

    private static bool HasCookie(IHeaderDictionary headers, NamePatterns names)
    {
        foreach (var pair in RequestCookie.Pairs(headers.Cookie))
        {
            var end = pair.IndexOf('=');
            if (names.Match(end < 0 ? pair : pair[..end]))
                return true;
        }

        return false;
    }
}
