using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Weir.Policies.Caching.Fetching;

/// <summary>The response of a fetch, as the stages behind the cache see it. Used by one request.</summary>
/// <param name="onHead">Called once, when status and fields stand.</param>
/// <param name="writer">Takes the body.</param>
internal sealed class FetchResponse(Func<FetchResponse, ValueTask> onHead, FillWriter writer)
    : IHttpResponseFeature, IHttpResponseBodyFeature, IHttpResponseTrailersFeature
{
    private readonly List<(Func<object, Task> Callback, object State)> _starting = [];
    private readonly List<(Func<object, Task> Callback, object State)> _completed = [];
    private Stream? _stream;

    /// <inheritdoc />
    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    /// <inheritdoc />
    public string? ReasonPhrase { get; set; }

    /// <inheritdoc />
    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    /// <inheritdoc />
    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    /// <inheritdoc />
    public bool HasStarted { get; private set; }

    /// <inheritdoc />
    public Stream Body { get => Stream; set => throw new NotSupportedException("The body is the fetch's."); }

    /// <inheritdoc />
    public Stream Stream => _stream ??= writer.AsStream(leaveOpen: true);

    /// <inheritdoc />
    public PipeWriter Writer => writer;

    /// <inheritdoc />
    public void OnStarting(Func<object, Task> callback, object state) => _starting.Add((callback, state));

    /// <inheritdoc />
    public void OnCompleted(Func<object, Task> callback, object state) => _completed.Add((callback, state));

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (HasStarted)
            return;
        HasStarted = true;
        // The last one first, as servers do.
        for (var i = _starting.Count - 1; i >= 0; i--)
            await _starting[i].Callback(_starting[i].State);
        await onHead(this);
    }

    /// <inheritdoc />
    public Task CompleteAsync() => StartAsync();

    /// <inheritdoc />
    public void DisableBuffering()
    {
    }

    /// <inheritdoc />
    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        await StartAsync(cancellationToken);
        await SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);
    }

    /// <summary>What hangs on the request's end: its slot comes back here at the latest.</summary>
    /// <exception cref="Exception">One of the callbacks failed; the others were called all the same.</exception>
    public async Task EndAsync()
    {
        System.Runtime.ExceptionServices.ExceptionDispatchInfo? failed = null;
        for (var i = _completed.Count - 1; i >= 0; i--)
        {
            try
            {
                await _completed[i].Callback(_completed[i].State);
            }
            catch (Exception error)
            {
                failed ??= System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(error);
            }
        }

        failed?.Throw();
    }
}
