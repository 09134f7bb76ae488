namespace Weir.Farm.Feed;

/// <summary>How many gateways are seen to share the farm.</summary>
public interface IGatewayCount
{
    /// <summary>Gateways alive, this one included; 1 when only this one is known.</summary>
    int Live { get; }

    /// <summary>Raised after <see cref="Live"/> changed, on any thread.</summary>
    event Action? Changed;
}
