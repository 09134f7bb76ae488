using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Weir.Policies.Throttle.Bandwidth;

/// <summary>Stands in for the response's body while its bandwidth is bounded; the end of it puts the server's own back.</summary>
internal sealed class PacedBody : IHttpResponseBodyFeature, IDisposable
{
    private readonly HttpContext _context;
    private readonly IHttpResponseBodyFeature _inner;
    private Stream? _stream;

    private PacedBody(HttpContext context, IHttpResponseBodyFeature inner, Pace pace, ThrottleMetrics metrics)
    {
        (_context, _inner) = (context, inner);
        Writer = new PacedWriter(inner.Writer, pace, metrics, context.RequestAborted);
    }

    public Stream Stream => _stream ??= Writer.AsStream(leaveOpen: true);

    public PipeWriter Writer { get; }

    public static PacedBody Over(HttpContext context, Pace pace, ThrottleMetrics metrics)
    {
        var body = new PacedBody(context, context.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), pace, metrics);
        context.Features.Set<IHttpResponseBodyFeature>(body);
        return body;
    }

    public Task CompleteAsync() => _inner.CompleteAsync();

    public void DisableBuffering() => _inner.DisableBuffering();

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken = default) => _inner.StartAsync(cancellationToken);

    public void Dispose() => _context.Features.Set(_inner);
}
