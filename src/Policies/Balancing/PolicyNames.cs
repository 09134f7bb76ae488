namespace Weir.Policies.Balancing;

/// <summary>Names under which configuration finds this slice's policies.</summary>
public static class PolicyNames
{
    public const string FreeSlots = "FreeSlots";
    public const string WeightedRoundRobin = "WeightedRoundRobin";
    public const string WeightedLeastRequests = "WeightedLeastRequests";
    public const string PeakEwma = "PeakEwma";
    public const string ConsistentHash = "ConsistentHash";
    public const string PanicThreshold = "PanicThreshold";
}
