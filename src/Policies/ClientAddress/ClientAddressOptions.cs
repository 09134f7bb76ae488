using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.ClientAddress;

/// <summary>Who a request comes from when proxies stand in front: section <c>Weir:ClientAddress</c>.</summary>
public sealed class ClientAddressOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:ClientAddress";

    /// <summary>Value of <see cref="Header"/> that reads none.</summary>
    public const string NoHeader = "None";

    [Description("Addresses and networks of the proxies in front whose headers are believed, such as 10.0.0.0/24; unix stands for connections through a Unix socket. Empty: nobody's are.")]
    [Length(0, 1024)]
    public List<string> TrustedProxies { get; set; } = [];

    [Description("The header in which trusted proxies name the client: X-Forwarded-For, Forwarded (RFC 7239), or one of an address, such as CF-Connecting-IP or X-Real-IP. None reads none.")]
    [Length(1, 64)]
    public string Header { get; set; } = NoHeader;

    [Description("Takes the scheme, http or https, from the X-Forwarded-Proto of trusted proxies, which end TLS in front.")]
    public bool ForwardedProto { get; set; }

    [Description("Addresses that are looked at in the header, from the right. Behind the last one nobody is believed.")]
    [Range(1, 64)]
    public int MaxHops { get; set; } = 16;

    [Description("Bits of an IPv6 address that make a client: 64 is what a subscriber gets at least (RFC 6177).")]
    [Range(32, 128)]
    public int IPv6Prefix { get; set; } = 64;

    [Description("Load balancers that name the client by PROXY protocol, before TLS.")]
    public ProxyProtocolOptions ProxyProtocol { get; set; } = new();
}
