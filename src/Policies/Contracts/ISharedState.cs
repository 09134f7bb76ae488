namespace Weir.Policies.Contracts;

/// <summary>How the link to the other replicas is. Implemented by the State slice.</summary>
public interface ISharedState
{
    /// <summary>True when a store is configured.</summary>
    bool IsConfigured { get; }

    /// <summary>True while it answers. Without it everything goes on locally.</summary>
    bool IsConnected { get; }

    /// <summary>One line for people: address, since when, last error. No password.</summary>
    string Describe();
}
