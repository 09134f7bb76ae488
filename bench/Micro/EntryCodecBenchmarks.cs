using System.Buffers;
using BenchmarkDotNet.Attributes;
using Weir.Policies.Caching.Entries;

namespace Weir.Bench.Micro;

/// <summary>What the format of stored entries costs, checksums included.</summary>
public class EntryCodecBenchmarks
{
    private readonly ArrayBufferWriter<byte> _output = new(128 * 1024);
    private CachedResponse _entry = CachedPages.Of(0);
    private byte[] _bytes = [];

    [Params(1024, 64 * 1024)]
    public int BodyBytes { get; set; }

    [GlobalSetup]
    public void Make()
    {
        _entry = CachedPages.Of(BodyBytes);
        _bytes = EntryCodec.Encode(_entry)!.Value.ToArray();
    }

    [Benchmark(Description = "write, the body's bytes left where they are")]
    public long Encode() => EntryCodec.Encode(_entry)!.Value.Length;

    [Benchmark(Description = "write into a buffer")]
    public int Write()
    {
        _output.ResetWrittenCount();
        EntryCodec.Encode(_entry)!.Value.WriteTo(_output);
        return _output.WrittenCount;
    }

    [Benchmark(Description = "read")]
    public bool Decode() => EntryCodec.Decode(_bytes, CachedPages.KeyText, out _) == EntryFault.None;
}
