namespace Weir.Policies.Caching.Stores.Distributed;

/// <summary>As many calls are under way as may be.</summary>
#pragma warning disable RCS1194 // Says one thing.
internal sealed class TooManyCallsException() : IOException("As many calls to the distributed cache are under way as may be.");
#pragma warning restore RCS1194
