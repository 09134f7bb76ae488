namespace Weir.Forwarding;

/// <summary>On a request that the gateway itself answered with an error: no server has.</summary>
public interface IRefusedFeature
{
    /// <summary>What was answered.</summary>
    Refusal Refusal { get; }
}
