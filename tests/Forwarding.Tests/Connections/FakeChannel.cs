using Weir.Forwarding.Connections;

namespace Weir.Forwarding.Tests.Connections;

/// <summary>
/// A stream whose server answers at once and always alike, if it has an answer. Everything completes synchronously and allocates
/// nothing.
/// </summary>
internal sealed class FakeChannel(byte[]? answer = null) : UpstreamChannel
{
    private Action<object?>? _gone;
    private object? _goneState;
    private bool _isIdle;
    private int _unread;

    /// <summary>What was sent; null keeps nothing.</summary>
    public MemoryStream? Sent { get; init; }

    /// <summary>Sends that fail before others succeed.</summary>
    public Queue<Exception> Failures { get; } = new();

    public bool IsClosed { get; private set; }

    /// <summary>The server closes or speaks.</summary>
    public void Vanish()
    {
        if (!_isIdle)
            return;
        _isIdle = false;
        _gone?.Invoke(_goneState);
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        if (answer is null || _unread == 0)
            return new ValueTask<int>(0);
        var part = Math.Min(_unread, buffer.Length);
        answer.AsSpan(answer.Length - _unread, part).CopyTo(buffer.Span);
        _unread -= part;
        return new ValueTask<int>(part);
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        Sent?.Write(bytes.Span);
        if (Failures.TryDequeue(out var failure))
            return ValueTask.FromException(failure);
        _unread = answer?.Length ?? 0;
        return default;
    }

    public override void Close() => IsClosed = true;

    public override void StartIdle(Action<object?> gone, object? state) => (_gone, _goneState, _isIdle) = (gone, state, true);

    public override bool EndIdle()
    {
        var was = _isIdle;
        _isIdle = false;
        return was;
    }
}
