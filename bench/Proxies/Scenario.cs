using System.Net;
using Weir.Bench.Load;
using Weir.Bench.Paths;

namespace Weir.Bench.Proxies;

/// <summary>One kind of load that all proxies meet in turn.</summary>
/// <param name="Name">As <c>--scenarios</c> takes it.</param>
/// <param name="Title">As the report prints it.</param>
internal sealed record Scenario(
    string Name, string Title, string Path, int Connections, int BodyBytes = 0, bool IsTls = false, int Streams = 0, bool Closes = false)
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("get-1k-64", "GET 1 KB, 64 connections", "/1k", 64),
        new("get-1k-512", "GET 1 KB, 512 connections", "/1k", 512),
        new("get-64k-64", "GET 64 KB, 64 connections", "/64k", 64),
        new("get-64k-512", "GET 64 KB, 512 connections", "/64k", 512),
        new("get-1m-64", "GET 1 MB, 64 connections", "/1m", 64),
        new("post-16k-64", "POST 16 KB, 64 connections", "/post", 64, BodyBytes: 16 * 1024),
        new("tls-1k-64", "GET 1 KB over TLS, 64 kept-alive connections", "/1k", 64, IsTls: true),
        new("h2-1k-64", "GET 1 KB over HTTP/2 and TLS, 64 connections with 8 streams each", "/1k", 64, IsTls: true, Streams: 8),
        new("connect-1k-64", "GET 1 KB, a new connection per request, 64 at once", "/1k", 64, Closes: true),
        new("handshake-1k", "GET 1 KB over TLS, 400 new connections per second, none resumed", "/1k", 400, IsTls: true, Closes: true),
    ];

    /// <summary>Whether a proxy can do it at all.</summary>
    public bool IsFor(IPath path) => !IsTls || (path.TlsEndPoint is not null && (Streams == 0 || path.HasHttp2));

    public LoadRequest Request(IPath path, int seconds)
    {
        IPEndPoint target = IsTls ? path.TlsEndPoint! : path.EndPoint;
        return new LoadRequest(target, IsTls, Path, Connections, seconds, BodyBytes, Closes, Streams);
    }
}
