namespace Weir.Policies.Caching.Semantics;

/// <summary>How a directive's argument was written.</summary>
internal enum ArgumentForm
{
    /// <summary>No <c>=</c>.</summary>
    None,

    /// <summary>A token or a quoted string.</summary>
    Text,

    /// <summary>Blanks round <c>=</c>: what was meant is not for us to guess.</summary>
    Spaced,

    /// <summary>Something that is neither.</summary>
    Broken,
}
