namespace Weir.Farm.Model;

/// <summary>One thing that bounds the number of workers.</summary>
/// <param name="Name"><c>ram</c>, <c>cpu</c>, <c>fd</c>, <c>tasks</c> or <c>backend</c>.</param>
/// <param name="Workers">The most workers that it allows; null when an input is missing.</param>
/// <param name="Applies">False when it is shown but cannot bind, for the reason in <paramref name="Why"/>.</param>
/// <param name="Why">The arithmetic, or the input that is missing.</param>
public sealed record CapacityBound(string Name, long? Workers, bool Applies, string Why);
