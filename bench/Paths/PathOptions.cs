using Weir.Support.Apache;

namespace Weir.Bench.Paths;

/// <summary>What a proxy of a benchmark stands in front of, and how much it may let through.</summary>
internal sealed record PathOptions
{
    /// <summary>Loopback port of the one server behind it.</summary>
    public required int ServerPort { get; init; }

    /// <summary>Most connections to the server at once; null for no bound.</summary>
    public int? Limit { get; init; }

    /// <summary>How long HAProxy lets a request wait for a connection.</summary>
    public int QueueTimeoutMilliseconds { get; init; } = 30_000;

    /// <summary>Listens with TLS too, HTTP/2 by ALPN; null for plain only.</summary>
    public CertificateFiles? Certificate { get; init; }

    /// <summary>Loopback port of the plain listener.</summary>
    public int Port { get; } = ApacheServer.FreePort();

    /// <summary>Loopback port of the TLS listener; unused without a certificate.</summary>
    public int TlsPort { get; } = ApacheServer.FreePort();
}
