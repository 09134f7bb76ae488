namespace Weir.Policies.Throttle;

/// <summary>What makes two requests one page.</summary>
public enum PageKeyKind
{
    /// <summary>Host and path.</summary>
    Path,

    /// <summary>Host, path and query: every other query is another page.</summary>
    PathAndQuery,
}
