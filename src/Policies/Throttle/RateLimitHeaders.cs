using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weir.Policies.Throttle.Judging;

namespace Weir.Policies.Throttle;

/// <summary>
/// <c>RateLimit-Policy: "page";q=2;w=1</c> and <c>RateLimit: "page";r=1;t=1</c>, structured fields after
/// draft-ietf-httpapi-ratelimit-headers-10: quota and window in seconds, remaining and seconds until it begins anew.
/// </summary>
internal static class RateLimitHeaders
{
    public static void Write(IHeaderDictionary headers, CountRule rule, in Verdict verdict)
    {
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{Quotable(rule.Name)}\";q={rule.Limit};w={Seconds(rule.Interval)}");
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{Quotable(rule.Name)}\";r={verdict.Left};t={Seconds(verdict.Reset)}");
    }

    // Names of imported rules hold an endpoint.
    private static string Quotable(string name) => name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static long Seconds(long ticks) => Math.Max(0, (ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond);
}
