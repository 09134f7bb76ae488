namespace Weir.Policies.Caching.Fetching;

/// <summary>One reader's place in a body that is coming.</summary>
internal sealed class FillReader(FillingBody body) : IDisposable
{
    /// <summary>The next part.</summary>
    internal int Part { get; set; }

    /// <summary>Bytes that were read.</summary>
    internal long Position { get; set; }

    /// <summary>It was too slow.</summary>
    internal bool IsGivenUp { get; set; }

    /// <returns>The next part; null at the end.</returns>
    /// <exception cref="IOException">The body will not come to its end, or the reader was too slow.</exception>
    public ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancel) => body.NextAsync(this, cancel);

    public void Dispose() => body.Leave(this);
}
