using BenchmarkDotNet.Attributes;
using Weir.Forwarding.Http1;

namespace Weir.Bench.Micro;

/// <summary>Reading a typical answer's head, and taking the framing off a chunked body.</summary>
public class ResponseHeadBenchmarks
{
    private static readonly byte[] Head =
        ("HTTP/1.1 200 OK\r\nDate: Wed, 25 Nov 2026 08:00:00 GMT\r\nServer: Apache/2.4.71 (Debian)\r\nLast-Modified: Tue, 01 Jul 2025 10:00:00 GMT\r\n"
        + "ETag: \"400-638d2b1c5\"\r\nAccept-Ranges: bytes\r\nContent-Length: 1024\r\nVary: Accept-Encoding\r\nContent-Type: text/html\r\n\r\n").Select(c => (byte)c).ToArray();

    private static readonly byte[] Chunks = [.. "2000\r\n"u8, .. new byte[8192], .. "\r\n0\r\n\r\n"u8];

    private readonly Ignore _ignore = new();

    [Benchmark(Description = "parse a head of 8 headers")]
    public int Parse()
    {
        ResponseHeadParser.Parse(Head, _ignore, out var length, out _);
        return length;
    }

    [Benchmark(Description = "decode a chunk of 8 KB")]
    public int Decode()
    {
        var decoder = default(ChunkedDecoder);
        ReadOnlySpan<byte> rest = Chunks;
        var bytes = 0;
        while (!decoder.IsDone)
        {
            bytes += decoder.Read(rest, out var consumed, trailers: null).Length;
            rest = rest[consumed..];
        }

        return bytes;
    }

    private sealed class Ignore : IResponseHeadHandler
    {
        public void OnStatus(int status, bool isHttp10, ReadOnlySpan<byte> reason)
        {
            // Only the reading is measured.
        }

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            // Only the reading is measured.
        }
    }
}
