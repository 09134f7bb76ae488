namespace Weir.Policies.Caching.Semantics;

/// <summary>How much of a stored answer a request gets.</summary>
internal enum PartKind
{
    /// <summary>All of it, with its own status; a stored 206 that holds everything goes as 200 without Content-Range.</summary>
    Whole,

    /// <summary>206.</summary>
    Part,

    /// <summary>416.</summary>
    Unsatisfiable,

    /// <summary>The stored part does not hold it: to the origin.</summary>
    Elsewhere,
}
