using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Weir.Policies.Contracts;
using Weir.Policies.Firewall;

namespace Weir.Gateway.Admin;

/// <summary>
/// The bans as lists that routers pull: those that the kernel is told of too, see <see cref="BanChoice"/>.
/// <c>?family=4</c> or <c>6</c> takes one kind of address. Nothing in a body depends on the time of asking, so that equal
/// lists have equal tags.
/// </summary>
internal sealed class BanFeeds(IEnumerable<IBans> bans, BanFilter filter, IOptionsMonitor<FirewallOptions> options, TimeProvider time)
{
    private readonly IBans? _bans = bans.FirstOrDefault();

    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/feeds/bans.txt", "text/plain; charset=utf-8", static (bans, _) => BanFeedFormats.Text(bans));
        Map(routes, "/feeds/bans.json", "application/json", static (bans, _) => BanFeedFormats.Json(bans));
        Map(routes, "/feeds/exabgp", "text/plain; charset=utf-8", BanFeedFormats.ExaBgp);
        Map(routes, "/feeds/bird", "text/plain; charset=utf-8", BanFeedFormats.Bird);
    }

    private void Map(IEndpointRouteBuilder routes, string path, string type, Func<IReadOnlyList<Ban>, FeedOptions, byte[]> write) =>
        routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], context => AnswerAsync(context, type, write));

    private async Task AnswerAsync(HttpContext context, string type, Func<IReadOnlyList<Ban>, FeedOptions, byte[]> write)
    {
        var settings = options.CurrentValue;
        var family = context.Request.Query["family"].ToString();
        if (!settings.Feeds.Enabled)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, $"Feeds are off: {FirewallOptions.Section}:Feeds:Enabled is false.");
            return;
        }

        if (family is not ("" or "4" or "6"))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "family is neither 4 nor 6.");
            return;
        }

        var list = List(settings, family);
        var body = write(list, settings.Feeds);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\"");
        var headers = context.Response.GetTypedHeaders();
        headers.ETag = tag;
        var now = time.GetUtcNow();
        var age = FreshFor(list, settings.Feeds.MaxAge, now);
        headers.CacheControl = new CacheControlHeaderValue { Private = true, MaxAge = age };
        headers.Expires = now + age;
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(tag, useStrongComparison: false)))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    // By address, so that a list does not change when only its order does.
    private List<Ban> List(FirewallOptions settings, string family)
    {
        var now = time.GetUtcNow();
        var kind = family == "4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return [.. BanChoice.Of(_bans?.List() ?? [], filter, settings.MaxEntries, now)
            .Where(b => family.Length == 0 || b.Network.BaseAddress.AddressFamily == kind)
            .OrderBy(b => b.Network.BaseAddress.AddressFamily)
            .ThenBy(b => Convert.ToHexString(b.Network.BaseAddress.GetAddressBytes()), StringComparer.Ordinal)
            .ThenBy(b => b.Network.PrefixLength)];
    }

    // A copy is good no longer than the first ban in it.
    private static TimeSpan FreshFor(List<Ban> list, TimeSpan longest, DateTimeOffset now)
    {
        var first = list.Min(b => b.Until);
        var left = first is { } until ? TimeSpan.FromSeconds(Math.Floor((until - now).TotalSeconds)) : longest;
        return left < longest ? left : longest;
    }

    private static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why + "\n", context.RequestAborted);
    }
}
