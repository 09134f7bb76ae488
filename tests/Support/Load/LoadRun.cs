using System.Diagnostics;
using System.Text;

namespace Weir.Support.Load;

/// <summary>What the connections of one run share.</summary>
internal sealed class LoadRun
{
    private const int MaxDescribed = 20;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<string> _described = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private volatile bool _stopping;
    private volatile bool _cutOff;

    public LoadRun(LoadOptions options)
    {
        Options = options;
        _running = options.Connections;
        var length = options.Body.Length == 0 ? "" : $"Content-Length: {options.Body.Length}\r\n";
        var head = $"{options.Method} {options.Path} HTTP/1.1\r\nHost: {options.Host ?? options.Target.ToString()}\r\n{options.Headers}{length}\r\n";
        Request = [.. Encoding.Latin1.GetBytes(head), .. options.Body];
    }

    public LoadOptions Options { get; }

    /// <summary>The bytes of every request.</summary>
    public byte[] Request { get; }

    public long Start => _start;

    /// <summary>No further request is started.</summary>
    public bool IsStopping => _stopping;

    /// <summary>Requests in flight are dropped.</summary>
    public bool IsCutOff => _cutOff;

    public Task Ended => _ended.Task;

    public IReadOnlyList<string> Described
    {
        get
        {
            lock (_described)
                return [.. _described];
        }
    }

    public float Milliseconds(long now) => (float)Stopwatch.GetElapsedTime(_start, now).TotalMilliseconds;

    public void Stop(bool cutOff)
    {
        _stopping = true;
        _cutOff |= cutOff;
    }

    public void Failed(LoadTally tally, LoadFailure kind, string what)
    {
        tally.Failures[(int)kind]++;
        if (_described.Count >= MaxDescribed)
            return;
        lock (_described)
        {
            if (_described.Count < MaxDescribed)
                _described.Add($"{kind} after {Milliseconds(Stopwatch.GetTimestamp()) / 1000:F2} s: {what}");
        }
    }

    public void ConnectionEnded()
    {
        if (Interlocked.Decrement(ref _running) == 0)
            _ended.TrySetResult();
    }
}
