namespace Weir.Forwarding.Slots;

/// <summary>What an operator asked of a server at run time.</summary>
public enum ServerMode
{
    /// <summary>Takes new work.</summary>
    Ready,

    /// <summary>Takes only requests whose session is pinned to it; what is in flight finishes.</summary>
    Drain,

    /// <summary>Takes nothing; what is in flight finishes.</summary>
    Maintenance,
}
