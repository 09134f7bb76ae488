using System.Numerics;

namespace Weir.Gateway.Telemetry;

/// <summary>Arithmetic on cells that several processors write.</summary>
internal static class Cells
{
    /// <summary>Stripes per series: processors rather than threads meet, and past eight more stripes cost more memory than they save time.</summary>
    public static int Stripes { get; } = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(Environment.ProcessorCount, 1, 8));

    /// <summary>The stripe of the processor that runs this thread.</summary>
    public static int Current => Thread.GetCurrentProcessorId() & (Stripes - 1);

    public static void Add(ref double cell, double value)
    {
        var seen = Volatile.Read(ref cell);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref cell, seen + value, seen);
            if (BitConverter.DoubleToInt64Bits(before) == BitConverter.DoubleToInt64Bits(seen))
                return;
            seen = before;
        }
    }
}
