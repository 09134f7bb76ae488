using System.Text;

namespace Weir.Policies.Firewall;

/// <summary>Reads and writes bounded lines of ASCII on a stream. Not for several threads.</summary>
internal sealed class LineStream(Stream stream) : IAsyncDisposable
{
    // A full batch of lines is sent in pieces of this size.
    private const int WriteBytes = 32 << 10;

    private readonly byte[] _in = new byte[8 << 10];
    private readonly StringBuilder _out = new();
    private int _start;
    private int _end;

    /// <summary>The next line without its end; null at the end of the stream.</summary>
    /// <exception cref="ProtocolException">Too long, not printable ASCII, or cut off.</exception>
    public async ValueTask<string?> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            var length = _in.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length > Protocol.MaxLine || (length < 0 && _end - _start > Protocol.MaxLine))
                throw new ProtocolException(Protocol.BadCommand, $"a line is longer than {Protocol.MaxLine} bytes");
            if (length >= 0)
            {
                var bytes = _in.AsSpan(_start, length);
                if (bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
                    throw new ProtocolException(Protocol.BadCommand, "a line has other bytes than printable ASCII");
                var line = Encoding.ASCII.GetString(bytes);
                _start += length + 1;
                return line;
            }

            _in.AsSpan(_start, _end - _start).CopyTo(_in);
            (_start, _end) = (0, _end - _start);
            var read = await stream.ReadAsync(_in.AsMemory(_end), cancel);
            if (read == 0)
                return _end == 0 ? null : throw new ProtocolException(Protocol.BadCommand, "the last line is cut off");
            _end += read;
        }
    }

    /// <summary>Adds a line to what is sent next.</summary>
    public async ValueTask WriteAsync(string line, CancellationToken cancel)
    {
        _out.Append(line).Append('\n');
        if (_out.Length >= WriteBytes)
            await FlushAsync(cancel);
    }

    public async ValueTask FlushAsync(CancellationToken cancel)
    {
        var bytes = Encoding.ASCII.GetBytes(_out.ToString());
        _out.Clear();
        await stream.WriteAsync(bytes, cancel);
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
