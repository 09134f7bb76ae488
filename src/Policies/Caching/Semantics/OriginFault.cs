namespace Weir.Policies.Caching.Semantics;

/// <summary>Why the origin gives no answer that can be used.</summary>
internal enum OriginFault
{
    /// <summary>No connection, broken off, timed out, or no slot and no room in the line.</summary>
    Unreachable,

    /// <summary>It answered 500, 502, 503 or 504.</summary>
    ErrorStatus,
}
