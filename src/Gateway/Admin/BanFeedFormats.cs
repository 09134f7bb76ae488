using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Weir.Policies.Contracts;
using Weir.Policies.Firewall;

namespace Weir.Gateway.Admin;

/// <summary>How the feeds are written. Only networks, numbers and times go into lines; jail and reason, which people wrote, only into JSON.</summary>
internal static class BanFeedFormats
{
    /// <summary>One network a line, behind a head of comments.</summary>
    public static byte[] Text(IReadOnlyList<Ban> bans)
    {
        var text = new StringBuilder();
        text.Append($"# Weir: banned networks, one a line. Networks: {bans.Count}\n");
        text.Append($"# First end: {Time(bans.Min(b => b.Until)) ?? "none"}\n");
        text.Append("# Ask again with If-None-Match; Expires says when this list is old.\n");
        foreach (var ban in bans)
            text.Append($"{ban.Network}\n");
        return Bytes(text);
    }

    /// <summary><c>{"bans":[{"network","jail","reason","from","until","count"}]}</c>; until is null for ever.</summary>
    public static byte[] Json(IReadOnlyList<Ban> bans)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("bans");
            foreach (var ban in bans)
            {
                json.WriteStartObject();
                json.WriteString("network", ban.Network.ToString());
                json.WriteString("jail", ban.Jail);
                json.WriteString("reason", ban.Reason);
                json.WriteString("from", Time(ban.From));
                json.WriteString("until", Time(ban.Until));
                json.WriteNumber("count", ban.Count);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Commands of ExaBGP's text API.</summary>
    public static byte[] ExaBgp(IReadOnlyList<Ban> bans, FeedOptions options)
    {
        var community = CommunityOf(options);
        var text = new StringBuilder();
        foreach (var ban in bans)
        {
            var hop = ban.Network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? options.NextHop : options.NextHop6;
            text.Append($"announce route {ban.Network} next-hop {hop} community [{community}]\n");
        }

        return Bytes(text);
    }

    /// <summary>Routes to include into a static protocol of BIRD 2; one protocol takes one family.</summary>
    public static byte[] Bird(IReadOnlyList<Ban> bans, FeedOptions options)
    {
        var community = CommunityOf(options);
        var text = new StringBuilder();
        foreach (var ban in bans)
            text.Append($"route {ban.Network} blackhole {{ bgp_community.add(({community.High},{community.Low})); }};\n");
        return Bytes(text);
    }

    // Validated with the configuration.
    private static Community CommunityOf(FeedOptions options) =>
        Community.TryParse(options.Community, out var community) ? community : throw new InvalidOperationException("The community was not validated.");

    private static string? Time(DateTimeOffset? time) =>
        time?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static byte[] Bytes(StringBuilder text) => Encoding.ASCII.GetBytes(text.ToString());
}
