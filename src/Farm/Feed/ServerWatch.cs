using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Weir.Farm.Readers.Node;
using Weir.Farm.Readers.Status;

namespace Weir.Farm.Feed;

/// <summary>
/// The loop that asks one server and turns its answers into readings, until it is stopped. A question runs beside the loop
/// and hands in what it found; all that is known of the server is changed and read by the loop alone.
/// </summary>
internal sealed class ServerWatch(
    string address, Func<FarmOptions> options, IPollClient client, SemaphoreSlim gate, IOwnLoad ownLoad,
    TimeProvider clock, ILogger logger, Action<FarmReading> publish)
{
    /// <summary>How often our own load is looked at while a question is under way or the server is cold.</summary>
    internal static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan ColdInterval = TimeSpan.FromMilliseconds(500);
    private readonly ServerTracker _tracker = new(address);
    private readonly long _start = clock.GetTimestamp();
    private readonly ReadingLog _log = new(logger);
    private readonly ConcurrentQueue<Action> _answers = new();
    private readonly Lock _ownLock = new();
    private TaskCompletionSource _changed = Signal();
    private OwnLoad _own;
    private (Uri? Status, Uri? Node) _asked;
    private string? _nodeError;

    /// <summary>The first reading, before anything was asked.</summary>
    public FarmReading Initial() => _tracker.Read(Now, 0, options());

    /// <summary>The options have changed: makes a reading by them now, and asks now where there is something else to ask.</summary>
    public void Wake() => Interlocked.Exchange(ref _changed, Signal()).TrySetResult();

    public async Task RunAsync(CancellationToken stop)
    {
        var next = TimeSpan.Zero;
        Task? question = null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (question is { IsCompleted: true })
                {
                    var done = question;
                    question = null;
                    await done;
                }

                while (_answers.TryDequeue(out var take))
                    take();
                // Before the options: what changes after they were read ends the pause at once.
                var changed = Volatile.Read(ref _changed).Task;
                var settings = options();
                var own = NoteOwn();
                next = _asked == Urls(settings) ? Earlier(next, Now + settings.Poll.Interval * (1 + settings.Poll.Jitter)) : TimeSpan.Zero;
                if (question is null && Now >= next && Questions(settings))
                {
                    next = Now + Interval(settings, own.InFlight);
                    _asked = Urls(settings);
                    question = AskAsync(settings, stop);
                    continue;
                }

                Publish(settings, own.InFlight);
                var pause = Task.Delay(Pause(settings, question is not null, next), clock, stop);
                await (question is null ? Task.WhenAny(pause, changed) : Task.WhenAny(question, pause, changed));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception bug)
            {
                // One server's fault must not end the watch over it; the next question is a new chance.
                logger.WatchFailed(bug, address);
                await Task.Delay(options().Poll.Interval, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        // The question that is under way ends with the same token; the gate outlives it.
        if (question is not null)
            await question.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private TimeSpan Pause(FarmOptions settings, bool asking, TimeSpan next)
    {
        if (asking || _tracker.IsCold)
            return Tick;
        // Nobody is asked while no path is set; a reload may set one.
        var wait = Questions(settings) ? next - Now : settings.Poll.Interval;
        return wait > Tick / 10 ? wait : Tick / 10;
    }

    private TimeSpan Now => clock.GetElapsedTime(_start);

    private OwnLoad NoteOwn()
    {
        var own = new OwnLoad(ownLoad.InFlight(address), ownLoad.OpenConnections(address));
        lock (_ownLock)
            _own = _own.Max(own);
        return own;
    }

    /// <summary>The most of our own load that anybody noted since the last call.</summary>
    private OwnLoad TakeOwn()
    {
        lock (_ownLock)
        {
            var most = _own;
            _own = default;
            return most;
        }
    }

    private TimeSpan Interval(FarmOptions settings, int inFlight)
    {
        // A cold server under load changes every second.
        var interval = settings.Poll.Interval;
        if (_tracker.IsCold && settings.ColdStart.Enabled && inFlight > 0 && interval > ColdInterval)
            interval = ColdInterval;
        return interval * (1 + (settings.Poll.Jitter * ((2 * Random.Shared.NextDouble()) - 1)));
    }

    private bool Questions(FarmOptions settings) => StatusUrl(settings) is not null || NodeUrl(settings) is not null;

    private async Task AskAsync(FarmOptions settings, CancellationToken stop)
    {
        await gate.WaitAsync(stop);
        try
        {
            if (StatusUrl(settings) is { } status)
                await AskStatusAsync(status, settings, stop);
            if (NodeUrl(settings) is { } node)
                await AskNodeAsync(node, settings, stop);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task AskStatusAsync(Uri url, FarmOptions settings, CancellationToken stop)
    {
        TakeOwn();
        NoteOwn();
        var answer = await client.GetAsync(url, ServerStatusParser.MaxBytes, settings.Poll.Timeout, stop);
        NoteOwn();
        var (own, now, wall) = (TakeOwn(), Now, clock.GetUtcNow());
        var error = answer.Error;
        if (error is null && ServerStatusParser.TryParse(answer.Body.Span, out var page, out error))
            _answers.Enqueue(() => _tracker.Answered(page, own, now, wall, settings));
        else
            _answers.Enqueue(() => _tracker.Failed(error!));
    }

    private async Task AskNodeAsync(Uri url, FarmOptions settings, CancellationToken stop)
    {
        var answer = await client.GetAsync(url, NodeDocumentReader.MaxBytes, settings.Poll.Timeout, stop);
        var error = answer.Error;
        NodeDocument? document = null;
        if (error is null)
            NodeDocumentReader.TryRead(answer.Body, out document, out error);
        _answers.Enqueue(() => TakeNode(document, error));
    }

    private void TakeNode(NodeDocument? document, string? error)
    {
        if (document is not null && error is null)
            _tracker.Told(document);
        if (error is not null && error != _nodeError)
            logger.NodeDocumentRejected(address, error);
        _nodeError = error;
    }

    private void Publish(FarmOptions settings, int inFlight)
    {
        var reading = _tracker.Read(Now, inFlight, settings);
        _log.Note(reading, Questions(settings));
        publish(reading);
    }

    private FarmServerOptions? Server(FarmOptions settings) => settings.Servers.Find(s => ServerAddress.Canonical(s.Address) == address);

    private (Uri? Status, Uri? Node) Urls(FarmOptions settings) => (StatusUrl(settings), NodeUrl(settings));

    private Uri? StatusUrl(FarmOptions settings) => Url(Server(settings)?.StatusUrl, settings.StatusPath);

    private Uri? NodeUrl(FarmOptions settings) => Url(Server(settings)?.NodeDocumentUrl, settings.NodeDocumentPath);

    private Uri? Url(string? own, string? path) =>
        Uri.TryCreate(own ?? (path is null ? null : address + path), UriKind.Absolute, out var url) ? url : null;
}
