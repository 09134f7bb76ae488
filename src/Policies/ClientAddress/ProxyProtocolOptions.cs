using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.ClientAddress;

/// <summary>The PROXY protocol, versions 1 and 2: <c>Weir:ClientAddress:ProxyProtocol</c>.</summary>
public sealed class ProxyProtocolOptions
{
    [Description("Names below Kestrel:Endpoints of the listeners where every connection begins with a PROXY header, version 1 or 2; * is all of them. Empty: none.")]
    [Length(0, 64)]
    public List<string> Endpoints { get; set; } = [];

    [Description("Addresses and networks of the load balancers that send it. Whoever else connects to such a listener is disconnected.")]
    [Length(0, 1024)]
    public List<string> From { get; set; } = [];

    [Description("How long the header may take to arrive; then the connection is closed.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
