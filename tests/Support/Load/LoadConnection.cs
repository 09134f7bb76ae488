using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Weir.Support.Load;

/// <summary>
/// One client: a small state machine over one socket at a time. Completions and the run's tick drive it, each under its
/// lock; nothing here throws per failed request, so that a run of failures costs the client little.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LoadRun _run;
    private readonly IPAddress? _local;
    private readonly SocketAsyncEventArgs _operation = new();
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly ResponseReader _response = new();
    private Socket? _socket;
    private Step _step = Step.Pausing;
    private long _startAt;
    private long _startedAt;
    private long _deadline;
    private int _sent;
    private bool _reused;
    private bool _timedOut;

    public LoadConnection(LoadRun run, IPAddress? local, long startAt)
    {
        (_run, _local, _startAt) = (run, local, startAt);
        _operation.Completed += (_, _) => Completed();
    }

    private enum Step
    {
        Pausing,
        Connecting,
        Sending,
        Receiving,
        Ended,
    }

    public LoadTally Tally { get; } = new();

    /// <summary>True when the run's end cut a request off.</summary>
    public bool Unfinished { get; private set; }

    public void Dispose()
    {
        _socket?.Dispose();
        _operation.Dispose();
    }

    /// <summary>Called every few milliseconds: starts what is due, gives up what is late, ends what the run has ended.</summary>
    public void Tick(long now)
    {
        lock (_lock)
        {
            if (_step == Step.Ended)
                return;
            if (_run.IsCutOff)
            {
                Unfinished = _step != Step.Pausing;
                End();
            }
            else if (_step == Step.Pausing)
            {
                if (_run.IsStopping)
                    End();
                else if (now >= _startAt)
                    Drive(StartRequest(now));
            }
            else if (now >= _deadline && !_timedOut)
            {
                // The pending operation completes as aborted, and its completion goes on.
                _timedOut = true;
                _socket?.Dispose();
            }
        }
    }

    private void Completed()
    {
        lock (_lock)
            Drive(pending: false);
    }

    // Runs until an operation is pending, a pause begins, or the connection has ended.
    private void Drive(bool pending)
    {
        while (!pending && _step is not (Step.Pausing or Step.Ended))
        {
            pending = _timedOut ? Fail(LoadFailure.Timeout, "timed out")
                : _operation.SocketError != SocketError.Success ? Fail(KindOfError(), _operation.SocketError.ToString())
                : Advance();
        }
    }

    private bool Advance()
    {
        switch (_step)
        {
            case Step.Connecting:
                _sent = 0;
                _step = Step.Sending;
                return Send();
            case Step.Sending:
                _sent += _operation.BytesTransferred;
                if (_sent < _run.Request.Length)
                    return Send();
                _step = Step.Receiving;
                _operation.SetBuffer(_buffer);
                return _socket!.ReceiveAsync(_operation);
            default:
                return Received();
        }
    }

    private bool Received()
    {
        var count = _operation.BytesTransferred;
        if (count > 0)
            _response.Feed(_buffer.AsSpan(0, count));
        else
            _response.End();
        if (_response.IsInvalid)
            return Fail(LoadFailure.Broken, "not an HTTP/1.1 answer");
        if (!_response.IsComplete)
            return count == 0 ? Fail(KindOfError(), "closed") : _socket!.ReceiveAsync(_operation);

        // The tick may be late on a busy machine; a client's patience is not longer for it.
        var now = Stopwatch.GetTimestamp();
        if (now >= _deadline)
            return Fail(LoadFailure.Timeout, "answered too late");
        Tally.Answer(_response.Status);
        if (_response.Status is < 200 or >= 400)
            _run.Failed(Tally, LoadFailure.Status, $"status {_response.Status}");
        else
            Tally.Good.Add((_run.Milliseconds(now), (float)Stopwatch.GetElapsedTime(_startedAt, now).TotalMilliseconds));
        if (!_response.KeepAlive || count == 0)
            Close();
        return Next(_run.Options.ThinkTime);
    }

    private bool StartRequest(long now)
    {
        _startedAt = now;
        _deadline = now + (long)(_run.Options.Timeout.TotalSeconds * Stopwatch.Frequency);
        _timedOut = false;
        _response.Reset();
        _reused = _socket is not null;
        if (_reused)
        {
            _sent = 0;
            _step = Step.Sending;
            return Send();
        }

        _step = Step.Connecting;
        try
        {
            _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (_local is not null)
                _socket.Bind(new IPEndPoint(_local, 0));
            _operation.RemoteEndPoint = _run.Options.Target;
            _operation.SetBuffer(null, 0, 0);
            return _socket.ConnectAsync(_operation);
        }
        catch (SocketException error)
        {
            return Fail(LoadFailure.Refused, error.SocketErrorCode.ToString());
        }
    }

    private bool Send()
    {
        _operation.SetBuffer(_run.Request.AsMemory(_sent));
        return _socket!.SendAsync(_operation);
    }

    private LoadFailure KindOfError() => _step switch
    {
        Step.Connecting => LoadFailure.Refused,
        _ when _reused && !_response.Started => LoadFailure.StaleClose,
        _ => LoadFailure.Broken,
    };

    private bool Fail(LoadFailure kind, string what)
    {
        _run.Failed(Tally, kind, what);
        Close();
        return Next(kind == LoadFailure.Refused ? _run.Options.RefusedPause : _run.Options.ThinkTime);
    }

    private bool Next(TimeSpan pause)
    {
        if (_run.IsStopping)
        {
            End();
            return false;
        }

        var now = Stopwatch.GetTimestamp();
        if (pause == TimeSpan.Zero)
            return StartRequest(now);
        _startAt = now + (long)(pause.TotalSeconds * Stopwatch.Frequency);
        _step = Step.Pausing;
        return false;
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private void End()
    {
        _step = Step.Ended;
        Close();
        _run.ConnectionEnded();
    }
}
