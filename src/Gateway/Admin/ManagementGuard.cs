using System.Net;
using Microsoft.Extensions.Options;

namespace Weir.Gateway.Admin;

/// <summary>
/// Keeps web pages and strangers out. A page that rebinds its own name to this address still sends its own name as Host;
/// a page that posts a form can set neither the JSON content type nor a header of ours without asking first.
/// </summary>
internal sealed class ManagementGuard(IOptionsMonitor<ManagementOptions> options)
{
    /// <summary>Any value lets a state-changing request without a JSON body pass.</summary>
    public const string WriteHeader = "X-Weir";

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var settings = options.CurrentValue;
        if (!IsAllowedHost(context.Request.Host.Host, context.Connection.LocalIpAddress, settings.AllowedHosts))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden,
                $"This Host is not served here. Allowed: localhost, a loopback address, the address of this listener, or a name in {ManagementOptions.Section}:AllowedHosts.");
        }
        else if (!IsProbe(context.Request) && !IsKnown(settings, context))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "A bearer token is required.");
        }
        else if (!IsSafe(context.Request) && !IsDeliberate(context.Request))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden,
                $"A request that changes state needs Content-Type: application/json or the header {WriteHeader}, and no foreign Origin.");
        }
        else
        {
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.XContentTypeOptions = "nosniff";
            await next(context);
        }
    }

    /// <summary>Whether a Host header's name is one that only a deliberate caller of this listener sends.</summary>
    /// <param name="host">Without port; an IPv6 address may have brackets.</param>
    /// <param name="local">The address that the connection arrived at.</param>
    /// <param name="configured">Further names.</param>
    public static bool IsAllowedHost(string host, IPAddress? local, IEnumerable<string> configured)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return true;
        if (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && (IPAddress.IsLoopback(ip) || ip.MapToIPv6().Equals(local?.MapToIPv6())))
            return true;
        return configured.Contains(host.Trim('[', ']'), StringComparer.OrdinalIgnoreCase);
    }

    // Url counts at start, the token at once: after a reload the open socket may no longer be the one that was checked.
    private static bool IsKnown(ManagementOptions settings, HttpContext context) =>
        BearerToken.IsConfigured(settings)
            ? BearerToken.Allows(settings, context.Request.Headers.Authorization)
            : context.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local);

    // Probes come from a kubelet or a load balancer that holds no token; their detail does need one.
    private static bool IsProbe(HttpRequest request) =>
        request.Path.Value is "/livez" or "/readyz" or "/healthz" && !request.QueryString.HasValue;

    private static bool IsSafe(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static bool IsDeliberate(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && (!Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            || !request.Host.Equals(HostString.FromUriComponent(uri))))
        {
            return false;
        }

        return request.HasJsonContentType() || request.Headers.ContainsKey(WriteHeader);
    }

    private static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why + "\n", context.RequestAborted);
    }
}
