namespace Weir.Forwarding;

/// <summary>Whose fault an error is.</summary>
public enum Fault
{
    /// <summary>The request was wrong or too much.</summary>
    Client,

    /// <summary>The gateway could not do its part.</summary>
    Gateway,

    /// <summary>The servers could not take or answer it.</summary>
    Farm,
}
