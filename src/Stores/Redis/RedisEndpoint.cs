using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Weir.Stores.Redis;

/// <summary>Where a server listens.</summary>
/// <param name="Host">Name or address; the path of a Unix socket when <paramref name="Port"/> is 0.</param>
/// <param name="Port">1 to 65535; 0 for a Unix socket.</param>
public sealed record RedisEndpoint(string Host, int Port)
{
    /// <summary>True for a Unix socket.</summary>
    public bool IsUnix => Port == 0;

    internal EndPoint Address => IsUnix ? new UnixDomainSocketEndPoint(Host)
        : IPAddress.TryParse(Host, out var ip) ? new IPEndPoint(ip, Port)
        : new DnsEndPoint(Host, Port);

    /// <summary>Reads <c>host:port</c>, <c>host</c> (port 6379), <c>[::1]:6379</c> or a path with a slash in front.</summary>
    public static RedisEndpoint? Parse(string text, int defaultPort = 6379)
    {
        if (text.StartsWith('/'))
            return new RedisEndpoint(text, 0);
        // An address of a cluster's node comes as ::1:7000, without brackets.
        var colon = text.LastIndexOf(':');
        var bracket = text.LastIndexOf(']');
        var host = colon > bracket ? text[..colon] : text;
        var port = defaultPort;
        if (colon > bracket && !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
            return null;
        host = host.Trim('[', ']');
        return port is > 0 and <= 65535 && Uri.CheckHostName(host) != UriHostNameType.Unknown ? new RedisEndpoint(host, port) : null;
    }

    /// <inheritdoc />
    public override string ToString() => IsUnix ? Host : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
