using System.Net;

namespace Weir.Farm.Feed;

/// <summary>
/// Polls over connections of its own. Each is closed after its answer: on prefork and worker an idle one would hold a
/// worker. No redirects, cookies or proxies, and no more bytes than asked for.
/// </summary>
internal sealed class HttpPollClient : IPollClient, IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _clock;

    public HttpPollClient(TimeProvider clock)
    {
        _clock = clock;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxConnectionsPerServer = 2,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            ActivityHeadersPropagator = null,
        });
    }

    public async Task<PollAnswer> GetAsync(Uri address, int maxBytes, TimeSpan timeout, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.ConnectionClose = true;
            request.Headers.TryAddWithoutValidation("User-Agent", "Weir");
            using var response = await _http.SendAsync(request, either.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                return Fail($"{address} answered {(int)response.StatusCode}.");
            if (response.Content.Headers.ContentLength > maxBytes)
                return Fail($"{address} answers with more than {maxBytes} bytes.");
            using var body = new MemoryStream();
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            var chunk = new byte[8192];
            int read;
            while ((read = await stream.ReadAsync(chunk, either.Token)) > 0)
            {
                if (body.Length + read > maxBytes)
                    return Fail($"{address} answers with more than {maxBytes} bytes.");
                body.Write(chunk, 0, read);
            }

            return new PollAnswer(body.ToArray(), null);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Fail($"{address} did not answer within {timeout.TotalSeconds:0.###} s.");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return Fail($"{address} could not be asked: {broken.Message}");
        }
    }

    public void Dispose() => _http.Dispose();

    private static PollAnswer Fail(string error) => new(default, error);
}
