using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Policies.Firewall.Enforcer;

/// <summary>
/// Writes what nft reads. Single clients lie in hash sets, which nft changes without reading them; networks in interval
/// sets, which it reads whole and where nothing may overlap, so those are replaced whole.
/// </summary>
internal sealed class NftScript(string table, int max, IReadOnlyList<int> ports)
{
    public const string Clients4 = "clients4";
    public const string Clients6 = "clients6";
    public const string Networks4 = "networks4";
    public const string Networks6 = "networks6";
    public const string Chain = "prerouting";

    /// <summary>Rules of the chain.</summary>
    public const int Rules = 4;

    private readonly StringBuilder _text = new();

    /// <summary>The table with its sets and rules; what is there stays, but for the rules, which are made anew.</summary>
    public NftScript Create()
    {
        // Elements whose time is over count until the kernel collects them.
        var size = (max * 2L).ToString(CultureInfo.InvariantCulture);
        Line($"add table inet {table}");
        Line($"add set inet {table} {Clients4} {{ type ipv4_addr; flags timeout; size {size}; }}");
        Line($"add set inet {table} {Clients6} {{ type ipv6_addr; flags timeout; size {size}; }}");
        Line($"add set inet {table} {Networks4} {{ type ipv4_addr; flags timeout, interval; }}");
        Line($"add set inet {table} {Networks6} {{ type ipv6_addr; flags timeout, interval; }}");
        Line($"add counter inet {table} dropped4");
        Line($"add counter inet {table} dropped6");
        Line($"add chain inet {table} {Chain} {{ type filter hook prerouting priority raw; policy accept; }}");
        Line($"flush chain inet {table} {Chain}");
        var to = Destination();
        Line($"add rule inet {table} {Chain} ip saddr @{Clients4} {to}counter name dropped4 drop");
        Line($"add rule inet {table} {Chain} ip saddr @{Networks4} {to}counter name dropped4 drop");
        Line($"add rule inet {table} {Chain} ip6 saddr & ffff:ffff:ffff:ffff:: @{Clients6} {to}counter name dropped6 drop");
        Line($"add rule inet {table} {Chain} ip6 saddr @{Networks6} {to}counter name dropped6 drop");
        return this;
    }

    /// <summary>The table made from nothing, whatever another program has made of it.</summary>
    public NftScript Recreate()
    {
        Line($"add table inet {table}");
        Line($"delete table inet {table}");
        return Create();
    }

    public NftScript Delete()
    {
        Line($"add table inet {table}");
        Line($"delete table inet {table}");
        return this;
    }

    public NftScript FlushClients()
    {
        Line($"flush set inet {table} {Clients4}");
        Line($"flush set inet {table} {Clients6}");
        return this;
    }

    public NftScript FlushNetworks()
    {
        Line($"flush set inet {table} {Networks4}");
        Line($"flush set inet {table} {Networks6}");
        return this;
    }

    /// <summary>Puts elements into sets that do not have them.</summary>
    public NftScript Add(IEnumerable<ProtocolElement> elements)
    {
        foreach (var set in elements.GroupBy(e => SetOf(e.Network)))
            Element("add", set.Key, set.Select(e => Text(e.Network, e.Seconds)));
        return this;
    }

    /// <summary>
    /// Adds and removes single clients, whether the kernel has them or not. An element that is there keeps its old time on
    /// kernels before 6.12, and removing one that is not there fails, so each is added, removed, and then added as wanted.
    /// </summary>
    public NftScript Change(IReadOnlyList<ProtocolElement> elements)
    {
        foreach (var set in elements.GroupBy(e => SetOf(e.Network)))
        {
            Element("add", set.Key, set.Select(e => Text(e.Network, 1)));
            Element("delete", set.Key, set.Select(e => Key(e.Network)));
            Element("add", set.Key, set.Where(e => !e.IsRemoval).Select(e => Text(e.Network, e.Seconds)));
        }

        return this;
    }

    public override string ToString() => _text.ToString();

    // Without connection tracking an answer of a server is told from a client's packet by its port alone.
    private string Destination() => ports.Count == 0 ? ""
        : $"meta l4proto {{ tcp, udp }} th dport {{ {string.Join(", ", ports.Distinct().Order().Select(p => p.ToString(CultureInfo.InvariantCulture)))} }} ";

    private static string SetOf(IPNetwork network) => (network.BaseAddress.AddressFamily, Networks.IsClient(network)) switch
    {
        (AddressFamily.InterNetwork, true) => Clients4,
        (AddressFamily.InterNetwork, false) => Networks4,
        (_, true) => Clients6,
        _ => Networks6,
    };

    private static string Key(IPNetwork network) => Networks.IsClient(network) ? network.BaseAddress.ToString() : network.ToString();

    private static string Text(IPNetwork network, long? seconds) =>
        seconds is { } limited ? $"{Key(network)} timeout {limited.ToString(CultureInfo.InvariantCulture)}s" : Key(network);

    private void Element(string verb, string set, IEnumerable<string> elements)
    {
        var list = string.Join(", ", elements);
        if (list.Length > 0)
            Line($"{verb} element inet {table} {set} {{ {list} }}");
    }

    private void Line(string line) => _text.Append(line).Append('\n');
}
