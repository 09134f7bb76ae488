namespace Weir.Forwarding.Tasks;

/// <summary>
/// Objects kept for reuse by the thread that gave them back: no other core's cache line is touched. A request of an event loop
/// usually begins and ends on it. At most <see cref="Kept"/> per thread and type.
/// </summary>
internal static class ThreadPooled<T>
    where T : class, new()
{
    /// <summary>About as many as requests that one loop has under way.</summary>
    public const int Kept = 512;

    [ThreadStatic]
    private static T?[]? _free;

    [ThreadStatic]
    private static int _count;

    public static T Rent()
    {
        if (_count == 0)
            return new T();
        var taken = _free![--_count]!;
        _free[_count] = null;
        return taken;
    }

    public static void Return(T item)
    {
        if (_count == Kept)
            return;
        (_free ??= new T?[Kept])[_count++] = item;
    }
}
