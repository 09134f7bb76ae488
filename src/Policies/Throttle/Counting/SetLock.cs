namespace Weir.Policies.Throttle.Counting;

/// <summary>Holds one set of a table for the few nanoseconds of a look at eight entries. Nothing is awaited or called inside.</summary>
internal static class SetLock
{
    public static void Take(ref int place)
    {
        if (Interlocked.CompareExchange(ref place, 1, 0) == 0)
            return;
        var spin = default(SpinWait);
        do
        {
            // Without sleeping: the holder is at most a few dozen instructions from its end.
            spin.SpinOnce(sleep1Threshold: -1);
        }
        while (Volatile.Read(ref place) != 0 || Interlocked.CompareExchange(ref place, 1, 0) != 0);
    }

    public static void Release(ref int place) => Volatile.Write(ref place, 0);
}
