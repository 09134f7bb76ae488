using System.Net;
using System.Text.Json;

namespace Weir.Policies.Firewall.Enforcer;

/// <summary>What <c>nft -j list table</c> says.</summary>
/// <param name="Elements">All elements of the four sets.</param>
/// <param name="Packets">Dropped by both counters.</param>
/// <param name="IsComplete">False when a set, the chain or a rule is missing.</param>
internal sealed record NftListing(List<ProtocolElement> Elements, long Packets, bool IsComplete)
{
    private static readonly string[] Sets = [NftScript.Clients4, NftScript.Clients6, NftScript.Networks4, NftScript.Networks6];

    /// <exception cref="JsonException">Not nft's JSON.</exception>
    public static NftListing Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var elements = new List<ProtocolElement>();
        var packets = 0L;
        var (sets, rules, hooked, strange) = (0, 0, false, false);
        foreach (var item in document.RootElement.GetProperty("nftables").EnumerateArray())
        {
            if (item.TryGetProperty("set", out var set) && set.GetProperty("name").GetString() is { } name && Array.IndexOf(Sets, name) >= 0)
            {
                sets++;
                if (set.TryGetProperty("elem", out var list))
                {
                    foreach (var element in list.EnumerateArray())
                    {
                        if (Read(element, name) is { } read)
                            elements.Add(read);
                        else
                            strange = true;
                    }
                }
            }
            else if (item.TryGetProperty("counter", out var counter))
            {
                packets += counter.GetProperty("packets").GetInt64();
            }
            else if (item.TryGetProperty("chain", out var chain))
            {
                hooked |= chain.TryGetProperty("hook", out var hook) && hook.ValueEquals("prerouting");
            }
            else if (item.TryGetProperty("rule", out _))
            {
                rules++;
            }
        }

        return new NftListing(elements, packets, sets == Sets.Length && rules == NftScript.Rules && hooked && !strange);
    }

    // A plain value, a prefix, a range or, with a time, an object around one of them.
    private static ProtocolElement? Read(JsonElement element, string set)
    {
        long? seconds = null;
        var value = element;
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("elem", out var timed))
        {
            value = timed.GetProperty("val");
            if (timed.TryGetProperty("expires", out var expires))
                seconds = Math.Clamp(expires.GetInt64(), 1, KernelBan.MaxSeconds);
        }

        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("prefix", out var prefix))
        {
            return IPAddress.TryParse(prefix.GetProperty("addr").GetString(), out var start)
                ? new ProtocolElement(new IPNetwork(start, prefix.GetProperty("len").GetInt32()), IsRemoval: false, seconds)
                : null;
        }

        if (value.ValueKind != JsonValueKind.String || !IPAddress.TryParse(value.GetString(), out var address))
            return null;
        var bits = set switch
        {
            NftScript.Clients6 => Networks.ClientPrefix6,
            NftScript.Networks6 => 128,
            _ => 32,
        };
        return new ProtocolElement(new IPNetwork(address, bits), IsRemoval: false, seconds);
    }
}
