using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Weir.Stores.Memcached;

/// <summary>Where a server listens, and its share.</summary>
/// <param name="Host">Name or address; the path of a Unix socket when <paramref name="Port"/> is 0.</param>
/// <param name="Port">1 to 65535; 0 for a Unix socket.</param>
/// <param name="Weight">Its share of the keys beside the others' weights, 1 to 100.</param>
public sealed record MemcachedEndpoint(string Host, int Port, int Weight = 1)
{
    /// <summary>Memcached's own.</summary>
    public const int DefaultPort = 11211;

    /// <summary>Largest weight.</summary>
    public const int MaxWeight = 100;

    /// <summary>True for a Unix socket.</summary>
    public bool IsUnix => Port == 0;

    internal EndPoint Address => IsUnix ? new UnixDomainSocketEndPoint(Host)
        : IPAddress.TryParse(Host, out var ip) ? new IPEndPoint(ip, Port)
        : new DnsEndPoint(Host, Port);

    /// <summary>Reads <c>host:port</c>, <c>host</c> (port 11211), <c>[::1]:11211</c> or a path with a slash in front.</summary>
    public static MemcachedEndpoint? Parse(string text, int weight = 1)
    {
        if (text.StartsWith('/'))
            return text.Length is > 1 and <= 100 ? new MemcachedEndpoint(text, 0, weight) : null;
        var colon = text.LastIndexOf(':');
        var bracket = text.LastIndexOf(']');
        var host = colon > bracket ? text[..colon] : text;
        var port = DefaultPort;
        if (colon > bracket && !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
            return null;
        host = host.Trim('[', ']');
        return port is > 0 and <= 65535 && Uri.CheckHostName(host) != UriHostNameType.Unknown ? new MemcachedEndpoint(host, port, weight) : null;
    }

    /// <summary>Without the weight: the name from which the places on the ring are made.</summary>
    public override string ToString() => IsUnix ? Host : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
