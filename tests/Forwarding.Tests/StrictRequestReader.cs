using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Weir.Forwarding.Tests;

/// <summary>
/// Reads requests off a stream as the strictest of servers would: whatever any server could take for something else is a
/// <see cref="FormatException"/>. It shares no code with the gateway.
/// </summary>
internal sealed partial class StrictRequestReader(Stream stream)
{
    private readonly List<byte> _raw = [];
    private readonly byte[] _buffer = new byte[16384];
    private int _at;

    /// <summary>Reads the next request; null when the connection ends before its first byte.</summary>
    /// <exception cref="FormatException">The request is not strictly right.</exception>
    /// <exception cref="EndOfStreamException">The connection ended within it.</exception>
    public async Task<RecordedRequest?> ReadAsync(int number, int connection, bool headOnly, CancellationToken stop)
    {
        _raw.RemoveRange(0, _at);
        _at = 0;
        if (_raw.Count == 0 && !await FillAsync(stop))
            return null;
        var line = await LineAsync(stop);
        if (!RequestLine().IsMatch(line))
            throw new FormatException($"Request line: {line}");
        var headers = await HeadersAsync(stop);
        if (headers.Count(h => Is(h.Name, "Host")) != 1)
            throw new FormatException("Host");
        var (length, isChunked) = Framing(headers);
        var body = new List<byte>();
        var trailers = "";
        if (!headOnly && isChunked)
            trailers = await ChunksAsync(body, stop);
        else if (!headOnly && length > 0)
            body.AddRange(await TakeAsync(length, stop));
        return new RecordedRequest(number, connection, Encoding.Latin1.GetString(_raw.ToArray(), 0, _at), line, headers, [.. body], trailers);
    }

    /// <summary>The rest of the body of a request that was read up to its head; for a body with Content-Length.</summary>
    public Task<byte[]> TakeAsync(int count, CancellationToken stop) => TakeCoreAsync(count, stop);

    private static (int Length, bool IsChunked) Framing(List<(string Name, string Value)> headers)
    {
        var lengths = headers.Where(h => Is(h.Name, "Content-Length")).ToArray();
        var codings = headers.Where(h => Is(h.Name, "Transfer-Encoding")).ToArray();
        if (lengths.Length + codings.Length > 1)
            throw new FormatException("Two framings");
        if (codings.Length == 1 && codings[0].Value != "chunked")
            throw new FormatException($"Transfer-Encoding: {codings[0].Value}");
        if (lengths.Length == 0)
            return (0, codings.Length == 1);
        return int.TryParse(lengths[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? (length, false)
            : throw new FormatException($"Content-Length: {lengths[0].Value}");
    }

    private static bool Is(string name, string known) => name.Equals(known, StringComparison.OrdinalIgnoreCase);

    private async Task<List<(string Name, string Value)>> HeadersAsync(CancellationToken stop)
    {
        var headers = new List<(string, string)>();
        while (await LineAsync(stop) is { Length: > 0 } line)
        {
            var match = HeaderLine().Match(line);
            if (!match.Success)
                throw new FormatException($"Header line: {line}");
            headers.Add((match.Groups["name"].Value, match.Groups["value"].Value));
        }

        return headers;
    }

    private async Task<string> ChunksAsync(List<byte> body, CancellationToken stop)
    {
        while (true)
        {
            var size = await LineAsync(stop);
            if (!ChunkSize().IsMatch(size))
                throw new FormatException($"Chunk size: {size}");
            var bytes = int.Parse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (bytes == 0)
                return string.Concat((await HeadersAsync(stop)).Select(h => $"{h.Name}: {h.Value}\r\n"));
            body.AddRange(await TakeCoreAsync(bytes, stop));
            if (await LineAsync(stop) != "")
                throw new FormatException("No line end behind a chunk");
        }
    }

    private async Task<string> LineAsync(CancellationToken stop)
    {
        for (var end = _at; ; end++)
        {
            while (end + 1 >= _raw.Count)
            {
                if (!await FillAsync(stop))
                    throw new EndOfStreamException();
            }

            if (_raw[end] == '\n')
                throw new FormatException("A lone LF");
            if (_raw[end] != '\r')
                continue;
            if (_raw[end + 1] != '\n')
                throw new FormatException("A lone CR");
            var line = Encoding.Latin1.GetString(_raw.GetRange(_at, end - _at).ToArray());
            _at = end + 2;
            return line;
        }
    }

    private async Task<byte[]> TakeCoreAsync(int count, CancellationToken stop)
    {
        while (_raw.Count - _at < count)
        {
            if (!await FillAsync(stop))
                throw new EndOfStreamException();
        }

        _at += count;
        return _raw.GetRange(_at - count, count).ToArray();
    }

    private async Task<bool> FillAsync(CancellationToken stop)
    {
        var read = await stream.ReadAsync(_buffer, stop);
        _raw.AddRange(_buffer.AsSpan(0, read));
        return read > 0;
    }

    [GeneratedRegex(@"\A[!#$%&'*+.^_`|~0-9A-Za-z-]+ [\x21-\x7E]+ HTTP/1\.1\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"\A(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(?<value>[\t\x20-\x7E\x80-\xFF]*)\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex HeaderLine();

    [GeneratedRegex(@"\A[0-9a-f]{1,8}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex ChunkSize();
}
