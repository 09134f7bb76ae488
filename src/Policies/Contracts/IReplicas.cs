namespace Weir.Policies.Contracts;

/// <summary>The gateways that share the farm. Implemented by the State slice.</summary>
public interface IReplicas
{
    /// <summary>Gateways alive, this one included; 1 when there is no shared state. While the store is away, the number known last.</summary>
    int Live { get; }

    /// <summary>Raised after <see cref="Live"/> changed, on any thread.</summary>
    event Action? Changed;
}
