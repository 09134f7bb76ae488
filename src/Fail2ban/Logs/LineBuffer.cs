using System.Text;

namespace Weir.Fail2ban.Logs;

/// <summary>Cuts bytes into lines of bounded length. What is past the bound of a line is dropped, not made a line of its own.</summary>
internal sealed class LineBuffer
{
    private byte[] _bytes = new byte[Fail2banLimits.LineLength];
    private int _length;
    private int _start;
    private bool _dropping;

    /// <summary>Bytes that were added and not yet handed out as lines.</summary>
    public int Pending => _length - _start;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_start > 0)
        {
            _bytes.AsSpan(_start, Pending).CopyTo(_bytes);
            _length -= _start;
            _start = 0;
        }

        if (_length + bytes.Length > _bytes.Length)
        {
            // Bounded: the caller adds one block when less than a line is pending.
            Array.Resize(ref _bytes, _length + bytes.Length);
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>The next whole line without its end.</summary>
    /// <param name="line">The line; null when only bytes of a long one were dropped.</param>
    /// <param name="taken">Bytes that it took.</param>
    public bool Next(out string? line, out int taken)
    {
        ReadOnlySpan<byte> rest = _bytes.AsSpan(_start, Pending);
        int end = rest.IndexOf((byte)'\n');
        bool whole = end >= 0 && end <= Fail2banLimits.LineLength;
        line = null;
        taken = end >= 0 ? end + 1 : rest.Length;
        if (_dropping)
        {
            _dropping = end < 0;
        }
        else if (whole || rest.Length > Fail2banLimits.LineLength)
        {
            line = Text(rest[..Math.Min(end >= 0 ? end : rest.Length, Fail2banLimits.LineLength)]);
            _dropping = end < 0;
        }
        else
        {
            taken = 0;
        }

        _start += taken;
        return taken > 0;
    }

    /// <summary>What is left of a file that gets no more: a last line without its end.</summary>
    public string? Last()
    {
        string? line = Pending > 0 && !_dropping ? Text(_bytes.AsSpan(_start, Math.Min(Pending, Fail2banLimits.LineLength))) : null;
        Clear();
        return line;
    }

    public void Clear()
    {
        (_start, _length, _dropping) = (0, 0, false);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes.TrimEnd((byte)'\r'));
}
