using System.Text.Json;
using Weir.Forwarding.Slots;

namespace Weir.Gateway.Cli.Explain;

/// <summary>The running gateway's own numbers, from <c>GET /api/farm</c> of its management listener.</summary>
internal static class LiveFarm
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Limits by canonical address; null when the gateway does not answer.</summary>
    public static async Task<IReadOnlyDictionary<string, ServerLimit>?> ReadAsync(Uri management, CancellationToken cancel)
    {
        using var client = new HttpClient();
        client.Timeout = Patience;
        try
        {
            await using var body = await client.GetStreamAsync(new Uri(management, "/api/farm"), cancel);
            using var farm = await JsonDocument.ParseAsync(body, default, cancel);
            return Read(farm.RootElement);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Takes what it knows out of the document; unknown and missing fields are fine.</summary>
    public static IReadOnlyDictionary<string, ServerLimit> Read(JsonElement farm)
    {
        var limits = new Dictionary<string, ServerLimit>(StringComparer.Ordinal);
        if (farm.ValueKind != JsonValueKind.Object || !farm.TryGetProperty("servers", out var servers) || servers.ValueKind != JsonValueKind.Array)
            return limits;
        foreach (var server in servers.EnumerateArray())
        {
            if (Text(server, "address") is not { } address || !Uri.TryCreate(address, UriKind.Absolute, out _))
                continue;
            limits[ServerDirectory.Canonical(address)] = new ServerLimit(
                Number(server, "limit"), Text(server, "source") ?? "live", Text(server, "reason") ?? "", Number(server, "inFlight"), Number(server, "waiting"));
        }

        return limits;
    }

    private static string? Text(JsonElement server, string name) =>
        server.ValueKind == JsonValueKind.Object && server.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static long? Number(JsonElement server, string name) =>
        server.ValueKind == JsonValueKind.Object && server.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;
}
