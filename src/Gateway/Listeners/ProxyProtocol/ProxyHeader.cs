using System.Net;

namespace Weir.Gateway.Listeners.ProxyProtocol;

/// <summary>A PROXY header, as far as it is needed.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Bytes">Its length; 0 when it is not whole.</param>
/// <param name="Source">The client; null unless it names one.</param>
internal readonly record struct ProxyHeader(ProxyHeaderKind Kind, int Bytes = 0, IPEndPoint? Source = null);
