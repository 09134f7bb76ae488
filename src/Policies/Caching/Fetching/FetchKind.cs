namespace Weir.Policies.Caching.Fetching;

/// <summary>What came of a fetch, as far as its head says.</summary>
internal enum FetchKind
{
    /// <summary>An answer that may be stored; its body is coming.</summary>
    Stored,

    /// <summary>304: what is stored is good again.</summary>
    Updated,

    /// <summary>An answer for one client only.</summary>
    Direct,

    /// <summary>No answer of an origin: no connection, a full farm.</summary>
    Failed,
}
