using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Fetching;

/// <summary>A body that is still coming.</summary>
/// <param name="length">What its head says; 0 where it does not.</param>
internal sealed class PromisedBody(long length) : CachedBody
{
    /// <inheritdoc />
    public override long Length => length;

    /// <inheritdoc />
    public override long MemoryBytes => 0;
}
