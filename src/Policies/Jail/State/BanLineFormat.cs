using System.Text.Json;
using System.Text.Json.Nodes;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Bans;

namespace Weir.Policies.Jail.State;

/// <summary>Bans and history as lines of JSON, one object each, told apart by <c>t</c>. A line of an unknown kind is passed over.</summary>
internal static class BanLineFormat
{
    /// <summary>First line of the file; another number is another shape.</summary>
    public const string Kind = "weir-jail 1";

    public static string Write(Ban ban) => JsonSerializer.Serialize(new JsonObject
    {
        ["t"] = "ban",
        ["net"] = ban.Network.ToString(),
        ["jail"] = ban.Jail,
        ["why"] = ban.Reason,
        ["from"] = ban.From.ToUnixTimeMilliseconds(),
        ["until"] = ban.Until?.ToUnixTimeMilliseconds(),
        ["n"] = ban.Count,
        ["by"] = ban.Origin.ToString(),
        ["direct"] = ban.IsDirect,
    });

    public static string Write(HistoryRecord record) => JsonSerializer.Serialize(new JsonObject
    {
        ["t"] = "count",
        ["net"] = record.Network.ToNetwork().ToString(),
        ["n"] = record.Total,
        ["last"] = record.Last.ToUnixTimeMilliseconds(),
        ["jails"] = new JsonObject(record.Jails.Select(j => KeyValuePair.Create(j.Key, (JsonNode?)j.Value))),
    });

    /// <exception cref="InvalidDataException">A line is not one that was written so.</exception>
    public static (List<Ban> Bans, List<HistoryRecord> History) Read(IEnumerable<string> lines)
    {
        var bans = new List<Ban>();
        var history = new List<HistoryRecord>();
        foreach (var line in lines)
        {
            try
            {
                var node = JsonNode.Parse(line)!;
                if (!Networks.TryParse((string?)node["net"], out var network))
                    continue;
                if ((string?)node["t"] == "ban")
                    bans.Add(ReadBan(node, network.Value));
                else if ((string?)node["t"] == "count")
                    history.Add(new(NetworkKey.Of(network.Value), (int)node["n"]!, Time(node["last"]!),
                        [.. node["jails"]!.AsObject().Select(j => KeyValuePair.Create(j.Key, (int)j.Value!))]));
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or ArgumentException or NullReferenceException)
            {
                throw new InvalidDataException($"a line cannot be read: {error.Message}", error);
            }
        }

        return (bans, history);
    }

    private static Ban ReadBan(JsonNode node, System.Net.IPNetwork network) => new(
        network, (string)node["jail"]!, (string)node["why"]!, Time(node["from"]!), node["until"] is { } until ? Time(until) : null, (int)node["n"]!,
        Enum.Parse<BanOrigin>((string)node["by"]!), (bool)node["direct"]!);

    private static DateTimeOffset Time(JsonNode node) => DateTimeOffset.FromUnixTimeMilliseconds((long)node);
}
