using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weir.Policies.Throttle.Judging;

namespace Weir.Policies.Throttle;

/// <summary>A refusal in the words of <c>QuotaExceededResponse</c> or <c>QuotaExceededMessage</c>: {0} is the limit, {1} the period, {2} the seconds to wait.</summary>
internal static class QuotaAnswer
{
    public static Task WriteAsync(HttpContext context, int status, int seconds, string content, string contentType, CountRule rule)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        response.ContentType = contentType;
        return response.WriteAsync(Text(content, rule, seconds), context.RequestAborted);
    }

    // Not by string.Format: JSON is full of braces, which its users had to write doubled.
    private static string Text(string content, CountRule rule, int seconds) => content
        .Replace("{0}", rule.Limit.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{1}", Period(rule.Interval), StringComparison.Ordinal)
        .Replace("{2}", seconds.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{{", "{", StringComparison.Ordinal)
        .Replace("}}", "}", StringComparison.Ordinal);

    private static string Period(long ticks)
    {
        var seconds = ticks / TimeSpan.TicksPerSecond;
        return (seconds % 86_400, seconds % 3600, seconds % 60) switch
        {
            (0, _, _) => $"{seconds / 86_400}d",
            (_, 0, _) => $"{seconds / 3600}h",
            (_, _, 0) => $"{seconds / 60}m",
            _ => $"{seconds}s",
        };
    }
}
