using System.Net;

namespace Weir.Bench.Load;

/// <summary>One run of a load generator.</summary>
/// <param name="Target">Where to connect.</param>
/// <param name="IsTls">Over TLS; the certificate is not checked.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Connections">Open at once; new ones per second, with TLS and <paramref name="Closes"/>.</param>
/// <param name="Seconds">How long; whole seconds, as wrk wants them.</param>
/// <param name="BodyBytes">Of a POST; 0 for a GET.</param>
/// <param name="Closes">A new connection for every request.</param>
/// <param name="Streams">Requests at once on each connection, over HTTP/2; 0 for HTTP/1.1.</param>
internal sealed record LoadRequest(
    IPEndPoint Target, bool IsTls, string Path, int Connections, int Seconds, int BodyBytes = 0, bool Closes = false, int Streams = 0)
{
    /// <summary>What a browser sends besides Host.</summary>
    public static IReadOnlyList<(string Name, string Value)> BrowserHeaders { get; } =
    [
        ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
        ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("Accept-Language", "en-GB,en;q=0.7,de;q=0.3"),
        ("Accept-Encoding", "gzip, deflate, br"),
        ("Referer", "http://localhost/catalogue/index.html"),
        ("Cookie", "session=0123456789abcdef0123456789abcdef; theme=light; consent=1"),
        ("Sec-Fetch-Dest", "document"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Site", "same-origin"),
    ];

    public string Url => $"{(IsTls ? "https" : "http")}://{Target}{Path}";

    /// <summary>Runs the generator that can do it: wrk would resume its TLS sessions, h2load never does.</summary>
    public Task<LoadSample> RunAsync(CancellationToken stop) => Streams > 0 || (IsTls && Closes) ? H2Load.RunAsync(this, stop) : Wrk.RunAsync(this, stop);
}
