using System.Net;

namespace Weir.Bench.Paths;

/// <summary>No proxy: the clients meet the Apache themselves.</summary>
internal sealed class DirectPath(int apachePort) : IPath
{
    public string Name => "direct";

    public IPEndPoint EndPoint { get; } = new(IPAddress.Loopback, apachePort);

    public int? Pid => null;

    public ValueTask DisposeAsync() => default;
}
