using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Text;

namespace Weir.Forwarding.Http1;

/// <summary>
/// Writes a request head, and a small body behind it, into one rented buffer that grows. Latin-1, as header bytes are. Not safe
/// for concurrent use.
/// </summary>
internal sealed class HeadWriter
{
    /// <summary>Most bytes: Kestrel's limits of heads (32 KB of headers, 8 KB of request line) with room for what transforms add and a small body.</summary>
    public const int MaxBytes = 256 << 10;

    private const int FirstBytes = 4096;

    /// <summary>Characters of a token: RFC 9110 section 5.6.2.</summary>
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(c => c != '\t').Select(c => (char)c), '\u007f']);

    private byte[] _bytes = [];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Starts over.</summary>
    public void Reset() => Length = 0;

    /// <summary>Forgets what was written behind a place.</summary>
    public void Truncate(int length) => Length = Math.Min(Length, length);

    /// <summary>Gives the buffer back, unless it is as small as the next head will want it.</summary>
    public void Release()
    {
        Length = 0;
        if (_bytes.Length <= FirstBytes)
            return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Writes text as Latin-1; a character beyond it becomes a question mark.</summary>
    public void Write(ReadOnlySpan<char> text)
    {
        Room(text.Length);
        Length += Encoding.Latin1.GetBytes(text, _bytes.AsSpan(Length));
    }

    public void Write(long number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out var written);
        Length += written;
    }

    public void WriteHex(long number)
    {
        Utf8Formatter.TryFormat(number, Room(16), out var written, new StandardFormat('x'));
        Length += written;
    }

    /// <summary>Writes an address as its text, an IPv4 address in IPv6 form as IPv4.</summary>
    public void Write(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        address.TryFormat(Room(64), out var written);
        Length += written;
    }

    /// <summary>
    /// Writes one header line. A value with a control character but HTAB, and a name that is no token (Kestrel takes any bytes but capitals from an
    /// HTTP/2 client), is left out: it would be more than one line to the server, or another header.
    /// </summary>
    public void WriteHeader(string name, string value)
    {
        if (value.AsSpan().IndexOfAny(Controls) >= 0 || name.Length == 0 || name.AsSpan().IndexOfAnyExcept(Token) >= 0)
            return;
        var room = Room(name.Length + value.Length + 4);
        var at = Encoding.Latin1.GetBytes(name, room);
        room[at++] = (byte)':';
        room[at++] = (byte)' ';
        at += Encoding.Latin1.GetBytes(value, room[at..]);
        room[at++] = (byte)'\r';
        room[at++] = (byte)'\n';
        Length += at;
    }

    /// <summary>Free space of at least <paramref name="bytes"/>.</summary>
    /// <exception cref="InvalidDataException">The head would exceed <see cref="MaxBytes"/>.</exception>
    public Span<byte> Room(int bytes)
    {
        if (_bytes.Length - Length < bytes)
            Grow(bytes);
        return _bytes.AsSpan(Length);
    }

    private void Grow(int bytes)
    {
        if (Length + (long)bytes > MaxBytes)
            throw new InvalidDataException($"The request head would exceed {MaxBytes} bytes.");
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(FirstBytes, _bytes.Length * 2), Length + bytes));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
