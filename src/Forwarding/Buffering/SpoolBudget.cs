namespace Weir.Forwarding.Buffering;

/// <summary>
/// What all spools hold together, in bytes. Every byte reserved is given back exactly once; the bounds follow the
/// configuration, and a smaller one takes nothing from whoever has it already.
/// </summary>
internal sealed class SpoolBudget(BufferingRulesSource rules)
{
    private readonly long[] _memory = new long[2];
    private readonly long[] _file = new long[2];
    private long _memoryTotal;
    private long _fileTotal;

    /// <summary>Bytes of temporary files not yet reserved; 0 when a reload made the bound smaller than what is in use.</summary>
    public long FreeFileBytes => Math.Max(0, rules.Current.TotalFileBytes - Interlocked.Read(ref _fileTotal));

    /// <summary>Bytes of memory in use.</summary>
    public long MemoryBytes(SpoolKind kind) => Interlocked.Read(ref _memory[(int)kind]);

    /// <summary>Bytes of temporary files in use.</summary>
    public long FileBytes(SpoolKind kind) => Interlocked.Read(ref _file[(int)kind]);

    /// <summary>False when the bound does not allow it; nothing is reserved then.</summary>
    public bool TryReserveMemory(SpoolKind kind, long bytes) =>
        TryReserve(ref _memoryTotal, ref _memory[(int)kind], bytes, rules.Current.TotalMemoryBytes);

    /// <summary>Reserves past the bound too: for the buffer without which a file's bytes could not be read and freed.</summary>
    public void ReserveMemory(SpoolKind kind, long bytes)
    {
        Interlocked.Add(ref _memory[(int)kind], bytes);
        Interlocked.Add(ref _memoryTotal, bytes);
    }

    public void ReturnMemory(SpoolKind kind, long bytes) => Return(ref _memoryTotal, ref _memory[(int)kind], bytes);

    /// <summary>False when the bound does not allow it; nothing is reserved then.</summary>
    public bool TryReserveFile(SpoolKind kind, long bytes) =>
        TryReserve(ref _fileTotal, ref _file[(int)kind], bytes, rules.Current.TotalFileBytes);

    public void ReturnFile(SpoolKind kind, long bytes) => Return(ref _fileTotal, ref _file[(int)kind], bytes);

    private static bool TryReserve(ref long total, ref long ofKind, long bytes, long bound)
    {
        var now = Interlocked.Read(ref total);
        while (true)
        {
            if (bytes > bound - now)
                return false;
            var seen = Interlocked.CompareExchange(ref total, now + bytes, now);
            if (seen == now)
                break;
            now = seen;
        }

        Interlocked.Add(ref ofKind, bytes);
        return true;
    }

    private static void Return(ref long total, ref long ofKind, long bytes)
    {
        var left = Interlocked.Add(ref ofKind, -bytes);
        Interlocked.Add(ref total, -bytes);
        if (left < 0)
            throw new InvalidOperationException("More was given back than was reserved.");
    }
}
