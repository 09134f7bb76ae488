namespace Weir.Forwarding.Admission;

/// <summary>Which part of the line a route's requests wait in. No class starves another.</summary>
public enum PriorityClass
{
    /// <summary>16 shares.</summary>
    High,

    /// <summary>4 shares.</summary>
    Normal,

    /// <summary>1 share.</summary>
    Low,
}
