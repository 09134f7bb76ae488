namespace Weir.Gateway.Control.Compile;

/// <summary>What a configuration value is made of.</summary>
internal enum OptionKind
{
    /// <summary>One value: text, number, duration, enum, boolean.</summary>
    Scalar,

    /// <summary>An ordered list of one shape.</summary>
    List,

    /// <summary>Names of the user's choosing, each with a value of one shape.</summary>
    Dictionary,

    /// <summary>An options class with known keys.</summary>
    Object,
}
