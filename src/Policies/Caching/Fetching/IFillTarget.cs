namespace Weir.Policies.Caching.Fetching;

/// <summary>Where the bytes of a fetch go once its head is judged.</summary>
internal interface IFillTarget
{
    /// <summary>Takes bytes that never change.</summary>
    void Take(ReadOnlyMemory<byte> bytes);

    /// <summary>All that was written so far was taken. Waits while no more may come.</summary>
    /// <returns>False when nobody wants the rest.</returns>
    ValueTask<bool> FlushedAsync();
}
