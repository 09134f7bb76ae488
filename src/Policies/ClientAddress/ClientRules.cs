using System.Net;

namespace Weir.Policies.ClientAddress;

/// <summary>The options as requests and connections read them. Immutable but for what it remembers of the clients seen last.</summary>
internal sealed class ClientRules
{
    /// <summary>In the list of trusted proxies: connections through a Unix socket.</summary>
    public const string UnixPeer = "unix";

    /// <summary>Peers without an address count as one client; ::1, in the all-zero /64, shares the number.</summary>
    public const ulong Local = 0;

    private readonly NetworkSet _proxies;
    private readonly NetworkSet _trusted;
    private readonly bool _trustsUnix;
    private readonly int _prefix;
    private readonly RecentClients _recent;

    public ClientRules(ClientAddressOptions options)
    {
        var proxies = Networks(options.TrustedProxies).ToList();
        _proxies = new NetworkSet(proxies);
        _trustsUnix = options.TrustedProxies.Exists(p => p.Equals(UnixPeer, StringComparison.OrdinalIgnoreCase));
        ProxySenders = new NetworkSet(Networks(options.ProxyProtocol.From));
        // A load balancer that names its clients by PROXY protocol is no client either, but its headers are those of its clients.
        _trusted = new NetworkSet(proxies.Concat(Networks(options.ProxyProtocol.From)));
        _prefix = options.IPv6Prefix;
        Header = options.Header;
        Kind = ClientAddressOptionsValidator.KindOf(options.Header);
        MaxHops = options.MaxHops;
        ReadsProto = options.ForwardedProto;
        ProxyEndpoints = [.. options.ProxyProtocol.Endpoints];
        ProxyHeaderTimeout = options.ProxyProtocol.HeaderTimeout;
        _recent = new RecentClients(this);
        Nobody = new ClientFeature(Local, address: null, isDirect: false, isTrusted: true);
    }

    public string Header { get; }

    public HeaderKind Kind { get; }

    public int MaxHops { get; }

    public bool ReadsProto { get; }

    /// <summary>True when a trusted proxy's headers are looked at.</summary>
    public bool ReadsHeaders => Kind != HeaderKind.None || ReadsProto;

    /// <summary>True when some endpoint speaks the PROXY protocol.</summary>
    public bool SpeaksProxyProtocol => ProxyEndpoints.Length > 0;

    public string[] ProxyEndpoints { get; }

    public NetworkSet ProxySenders { get; }

    public TimeSpan ProxyHeaderTimeout { get; }

    /// <summary>A peer without an address that names nobody.</summary>
    public ClientFeature Nobody { get; }

    /// <summary>True when the headers of this peer may be read.</summary>
    public bool IsProxy(IPAddress? peer) => peer is null ? _trustsUnix : _proxies.Contains(PlainAddress.Of(peer));

    /// <summary>True when the address is a trusted proxy's.</summary>
    public bool IsProxy(PlainAddress address) => _proxies.Contains(address);

    /// <summary>True for all that is neither counted nor banned.</summary>
    public bool IsTrusted(PlainAddress address) => _trusted.Contains(address);

    /// <summary>True when the network and those of the trusted proxies have an address in common.</summary>
    public bool HoldsTrusted(IPNetwork network)
    {
        var first = PlainAddress.Of(network.BaseAddress);
        var isPlainV4 = network.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
        return _trusted.Overlaps(new PlainNetwork(first.Bits, network.PrefixLength + (isPlainV4 ? 96 : 0)));
    }

    public ulong KeyOf(PlainAddress address)
    {
        if (address.IsV4)
            return (uint)address.Low;
        var network = address.Masked(_prefix);
        // Up to /64 the number is the network itself; a longer one is folded to 64 bits.
        return network.Low == 0 ? network.High : Mix(network.High ^ Mix(network.Low));
    }

    public IPNetwork NetworkOf(PlainAddress address) =>
        address.IsV4 ? _recent.Network(address, 32) : _recent.Network(address.Masked(_prefix), _prefix);

    /// <summary>The feature of a connection's peer.</summary>
    /// <param name="peer">The peer, or who it stands for by PROXY protocol; null for none.</param>
    /// <param name="isDirect">False by PROXY protocol.</param>
    public ClientFeature FeatureOf(IPAddress? peer, bool isDirect) =>
        peer is null ? Nobody : _recent.Feature(PlainAddress.Of(peer), isDirect, isNamed: false);

    /// <summary>The feature of whom a trusted proxy has told of.</summary>
    /// <param name="isNamed">As the client: it counts, whatever its address. Otherwise it is the last proven proxy of a walk that found no client.</param>
    public ClientFeature FeatureOf(PlainAddress address, bool isNamed) => _recent.Feature(address, isDirect: false, isNamed);

    // The finalizer of MurmurHash3: every bit of the input reaches every bit of the number.
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 33)) * 0xFF51_AFD7_ED55_8CCD;
        x = (x ^ (x >> 33)) * 0xC4CE_B9FE_1A85_EC53;
        return x ^ (x >> 33);
    }

    // What cannot be read, the validator has refused.
    private static IEnumerable<PlainNetwork> Networks(IEnumerable<string> texts) =>
        texts.Select(text => (IsGood: PlainNetwork.TryParse(text, out var network, out _), Network: network)).Where(n => n.IsGood).Select(n => n.Network);
}
