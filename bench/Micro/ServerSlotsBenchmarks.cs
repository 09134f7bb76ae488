using BenchmarkDotNet.Attributes;
using Weir.Forwarding.Slots;

namespace Weir.Bench.Micro;

/// <summary>Taking a server's slot and giving it back, uncontended.</summary>
public class ServerSlotsBenchmarks
{
    private readonly ServerSlots _free = new("http://10.0.0.1:80", limit: 149);
    private readonly ServerSlots _full = new("http://10.0.0.2:80", limit: 1);

    [GlobalSetup]
    public void Fill() => _full.TryAcquire(out _);

    [Benchmark(Description = "acquire and release")]
    public void AcquireAndRelease()
    {
        if (_free.TryAcquire(out var slot))
            slot.Dispose();
    }

    [Benchmark(Description = "refused by a full server")]
    public bool Refused() => _full.TryAcquire(out _);
}
