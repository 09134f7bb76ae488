using System.Net;

namespace Weir.Bench.Paths;

/// <summary>A way from the client to the Apache: a proxy process, or nothing.</summary>
internal interface IPath : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Where the client connects to.</summary>
    IPEndPoint EndPoint { get; }

    /// <summary>Where it speaks TLS; null when it does not.</summary>
    IPEndPoint? TlsEndPoint => null;

    /// <summary>Whether it speaks HTTP/2 over TLS.</summary>
    bool HasHttp2 => TlsEndPoint is not null;

    /// <summary>The proxy's process; null when there is none.</summary>
    int? Pid { get; }
}
