using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Lists;

namespace Weir.Gateway.Admin;

/// <summary>What the management listener answers about bans. Who may ask is <see cref="ManagementGuard"/>'s question.</summary>
internal sealed class BanEndpoints(IBans bans, TimeProvider time)
{
    /// <summary>Largest list that is taken at once: some 200,000 lines.</summary>
    public const long MaxImportBytes = 8 << 20;

    /// <summary>How long a ban is that names no duration.</summary>
    public static readonly TimeSpan Standard = TimeSpan.FromHours(1);

    private const int DefaultLimit = 1000;
    private const int MaxLimit = 1_000_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/bans", ListAsync);
        routes.MapPost("/api/bans", AddAsync);
        routes.MapPost("/api/bans/import", ImportAsync);
        // A network has a slash in it, escaped or not.
        routes.MapDelete("/api/bans/{**network}", RemoveAsync);
    }

    /// <summary><c>?jail=</c> by name, <c>?address=</c> what shuts this address out, <c>?limit=</c> at most so many.</summary>
    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var limit = DefaultLimit;
        if (query["limit"].ToString() is { Length: > 0 } text && (!int.TryParse(text, out limit) || limit is < 1 or > MaxLimit))
            return FailAsync(context, StatusCodes.Status400BadRequest, $"limit is '{text}'; allowed: 1 to {MaxLimit}.");
        IEnumerable<Ban> found = bans.List();
        if (query["jail"].ToString() is { Length: > 0 } jail)
            found = found.Where(b => b.Jail.Equals(jail, StringComparison.OrdinalIgnoreCase));
        if (query["address"].ToString() is { Length: > 0 } wanted)
        {
            if (!IPAddress.TryParse(wanted, out var address))
                return FailAsync(context, StatusCodes.Status400BadRequest, $"address is '{wanted}'; allowed: an IPv4 or IPv6 address.");
            if (address.IsIPv4MappedToIPv6)
                address = address.MapToIPv4();
            found = found.Where(b => b.Network.Contains(address));
        }

        var matching = found.ToList();
        return JsonAsync(context, StatusCodes.Status200OK, new BanListReport(bans.Count, matching.Count, [.. matching.Take(limit).Select(BanReport.Of)]));
    }

    private async Task AddAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            await FailAsync(context, StatusCodes.Status415UnsupportedMediaType, "Send application/json: network, and where wanted duration and reason.");
            return;
        }

        var now = time.GetUtcNow();
        BanRequest? body;
        try
        {
            body = await context.Request.ReadFromJsonAsync<BanRequest>(ManagementEndpoints.Json, context.RequestAborted);
        }
        catch (JsonException error)
        {
            await FailAsync(context, StatusCodes.Status400BadRequest, $"The body is no JSON of network, duration and reason: {error.Message}");
            return;
        }

        if (Read(body, now, out var entry) is { } fault)
        {
            await FailAsync(context, StatusCodes.Status400BadRequest, fault);
            return;
        }

        var ban = BanImport.Manual(entry!, now);
        if (bans.Add(ban) is { } why)
        {
            await FailAsync(context, StatusCodes.Status409Conflict, why);
            return;
        }

        // What is in force: a ban of before that ends later stands, and a part of a client stands for the client.
        await JsonAsync(context, StatusCodes.Status200OK, BanReport.Of(bans.Find(entry!.Network.BaseAddress) ?? ban));
    }

    private Task RemoveAsync(HttpContext context)
    {
        var text = Uri.UnescapeDataString(context.Request.RouteValues["network"] as string ?? "");
        if (BanLine.Read(text, null, time.GetUtcNow(), TimeZoneInfo.Utc, out var entries) is not null || entries.Count != 1)
            return FailAsync(context, StatusCodes.Status400BadRequest, $"'{text}' is no address and no network.");
        if (bans.Remove(entries[0].Network, BanOrigin.Operator) is { } lifted)
            return JsonAsync(context, StatusCodes.Status200OK, BanReport.Of(lifted));
        var around = bans.Find(entries[0].Network.BaseAddress);
        return FailAsync(context, StatusCodes.Status404NotFound,
            around is null ? $"{text} is not banned." : $"{text} is not banned by itself, but as part of {around.Network}.");
    }

    private async Task ImportAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxImportBytes;
        TimeSpan? standard = Standard;
        if (context.Request.Query["duration"].ToString() is { Length: > 0 } text && !BanTime.TryParse(text, out standard))
        {
            await FailAsync(context, StatusCodes.Status400BadRequest, $"duration is '{text}'; allowed: seconds, 10m, 2h, 1d, 1w, 01:00:00 or forever.");
            return;
        }

        try
        {
            await JsonAsync(context, StatusCodes.Status200OK, context.Request.HasJsonContentType()
                ? await TakeJsonAsync(context, standard)
                : await TakeLinesAsync(context, standard));
        }
        catch (JsonException error)
        {
            await FailAsync(context, StatusCodes.Status400BadRequest, $"The body is no JSON list of network, duration and reason; nothing was taken: {error.Message}");
        }
    }

    private async Task<BanImportResult> TakeLinesAsync(HttpContext context, TimeSpan? standard)
    {
        using var reader = new StreamReader(context.Request.Body);
        var all = await reader.ReadToEndAsync(context.RequestAborted);
        return BanImport.Take(bans, all.ReplaceLineEndings("\n").Split('\n'), standard, time.GetUtcNow(), TimeZoneInfo.Local);
    }

    private async Task<BanImportResult> TakeJsonAsync(HttpContext context, TimeSpan? standard)
    {
        var list = await context.Request.ReadFromJsonAsync<List<BanRequest>>(ManagementEndpoints.Json, context.RequestAborted) ?? [];
        var now = time.GetUtcNow();
        var (added, refused) = (0, 0);
        var faults = new List<BanImportFault>();
        for (var i = 0; i < list.Count; i++)
        {
            var why = Read(list[i], now, out var entry, standard) ?? bans.Add(BanImport.Manual(entry!, now));
            if (why is null)
                added++;
            else if (++refused <= BanImport.MaxFaults)
                faults.Add(new BanImportFault(i + 1, why));
        }

        return new BanImportResult(added, refused, faults);
    }

    private static string? Read(BanRequest? body, DateTimeOffset now, out BanEntry? entry) => Read(body, now, out entry, Standard);

    private static string? Read(BanRequest? body, DateTimeOffset now, out BanEntry? entry, TimeSpan? standard)
    {
        entry = null;
        var duration = standard;
        if (body?.Duration is { } text && !BanTime.TryParse(text, out duration))
            return $"duration is '{text}'; allowed: seconds, 10m, 2h, 1d, 1w, 01:00:00 or forever.";
        if (BanLine.Read(body?.Network?.Split(' ')[0] ?? "", duration, now, TimeZoneInfo.Utc, out var entries) is not null || entries.Count != 1)
            return $"network is '{body?.Network}'; allowed: an IPv4 or IPv6 address, or a network such as 192.0.2.0/24.";
        entry = entries[0] with { Reason = body?.Reason ?? "" };
        return null;
    }

    private static Task FailAsync(HttpContext context, int status, string why) => JsonAsync(context, status, new BanProblem(why));

    private static Task JsonAsync<T>(HttpContext context, int status, T body)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(body, ManagementEndpoints.Json, context.RequestAborted);
    }
}
