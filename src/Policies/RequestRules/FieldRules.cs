using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Weir.Policies.RequestRules;

/// <summary>The rules that are about one header each. Asked only when the header is there.</summary>
internal static class FieldRules
{
    private const string Trailers = "trailers";

    /// <summary>
    /// An expectation other than 100-continue is refused. 100-continue stays: the server answers it when the body is first
    /// read. In HTTP/1.0 it means nothing (RFC 9110 section 10.1.1).
    /// </summary>
    public static RequestFault? ApplyExpect(IHeaderDictionary headers, RequestRulesMetrics metrics, bool isHttp10)
    {
        var expect = headers.Expect;
        if (expect.Count != 1 || !string.Equals(expect[0], "100-continue", StringComparison.OrdinalIgnoreCase))
            return RequestFault.Expectation;
        if (isHttp10)
        {
            headers.Remove(HeaderNames.Expect);
            metrics.Stripped("expect");
        }

        return null;
    }

    /// <summary>Headers whose name is more than letters, digits and hyphens.</summary>
    public static RequestFault? ApplyUnderscore(IHeaderDictionary headers, UnderscoreHeaders rule, RequestRulesMetrics metrics)
    {
        if (rule == UnderscoreHeaders.Allow)
            return null;
        if (rule == UnderscoreHeaders.Refuse)
            return RequestFault.HeaderUnderscore;
        // The server bounds how many there are.
        foreach (var name in headers.Keys.Where(n => FieldScan.IsUnderscore(n)).ToList())
        {
            headers.Remove(name);
            metrics.Stripped("underscore");
        }

        return null;
    }

    /// <summary>CGI makes HTTP_PROXY of it, which programs take for the proxy to use (CVE-2016-5387).</summary>
    public static void ApplyProxy(IHeaderDictionary headers, RequestRulesMetrics metrics)
    {
        headers.Remove("Proxy");
        metrics.Stripped("proxy");
    }

    /// <summary>Transfer codings end at the gateway; only the wish for trailers may go on, and not from HTTP/1.0, which has none.</summary>
    public static void ApplyTE(IHeaderDictionary headers, RequestRulesMetrics metrics, bool isHttp10)
    {
        var te = headers.TE;
        if (!isHttp10 && te.Count == 1 && string.Equals(te[0], Trailers, StringComparison.OrdinalIgnoreCase))
            return;
        var wantsTrailers = false;
        foreach (var line in te)
        {
            foreach (var part in line.AsSpan().Split(','))
                wantsTrailers |= line.AsSpan(part).Trim(" \t").Equals(Trailers, StringComparison.OrdinalIgnoreCase);
        }

        if (wantsTrailers && !isHttp10)
            headers.TE = Trailers;
        else
            headers.Remove(HeaderNames.TE);
        metrics.Stripped("te");
    }
}
