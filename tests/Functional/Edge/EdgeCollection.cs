namespace Weir.Functional.Edge;

/// <summary>Attacks run one after the other and beside no other test: they take descriptors, ports and memory of both processes.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EdgeCollection
{
    public const string Name = "attacks";
}
