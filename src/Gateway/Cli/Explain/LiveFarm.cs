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
    public static Task<(LiveNumbers? Numbers, string? WhyNot)> ReadAsync(Uri management, string? token, CancellationToken cancel) =>
        LiveGateway.AskAsync(management, "/api/farm", token, Patience, Read, cancel);

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
