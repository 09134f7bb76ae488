using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Weir.Forwarding.Slots;

namespace Weir.Gateway.Cli.Explain;

/// <summary>The running gateway's own numbers, from <c>GET /api/farm</c> of its management listener.</summary>
internal static class LiveFarm
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Asks the gateway.</summary>
    /// <param name="management">Its management listener.</param>
    /// <param name="token">Bearer token; null sends none.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The numbers, or why there are none.</returns>
    public static async Task<(LiveNumbers? Numbers, string? WhyNot)> ReadAsync(Uri management, string? token, CancellationToken cancel)
    {
        using var client = new HttpClient();
        client.Timeout = Patience;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(management, "/api/farm"));
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await client.SendAsync(request, cancel);
            if (response.StatusCode == HttpStatusCode.Unauthorized)
                return (null, $"the running gateway wants {(token is null ? "a" : "another")} token: --token-file or {ManagementToken.Variable}");
            if (!response.IsSuccessStatusCode)
                return (null, string.Create(CultureInfo.InvariantCulture, $"{management} answered {(int)response.StatusCode}"));
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            using var farm = await JsonDocument.ParseAsync(body, default, cancel);
            return (Read(farm.RootElement), null);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return (null, "no running gateway answered");
        }
    }

    /// <summary>Takes what it knows out of the document; unknown and missing fields are fine.</summary>
    public static LiveNumbers Read(JsonElement farm)
    {
        var limits = new Dictionary<string, ServerLimit>(StringComparer.Ordinal);
        foreach (var server in Items(farm, "servers"))
        {
            if (Text(server, "address") is not { } address || !Uri.TryCreate(address, UriKind.Absolute, out _))
                continue;
            limits[ServerDirectory.Canonical(address)] = new ServerLimit(
                Number(server, "limit"), Text(server, "source") ?? "live", Text(server, "reason") ?? "", Number(server, "inFlight"));
        }

        var waiting = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        foreach (var cluster in Items(farm, "clusters"))
        {
            if (Text(cluster, "id") is { } id && Number(cluster, "waiting") is { } number)
                waiting[id] = number;
        }

        return new LiveNumbers(limits, waiting);
    }

    private static JsonElement[] Items(JsonElement farm, string name) =>
        farm.ValueKind == JsonValueKind.Object && farm.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array
            ? [.. items.EnumerateArray()]
            : [];

    private static string? Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static long? Number(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;
}
