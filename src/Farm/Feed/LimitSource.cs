namespace Weir.Farm.Feed;

/// <summary>Who told a server's limit, the most trusted first.</summary>
public enum LimitSource
{
    /// <summary>An operator, in <c>Weir:Farm:Servers</c>.</summary>
    Configured,

    /// <summary>The node document.</summary>
    NodeDocument,

    /// <summary>The length of the live scoreboard.</summary>
    Scoreboard,

    /// <summary>The host's memory and the cost of a worker.</summary>
    Model,

    /// <summary>Nobody: <c>Weir:Farm:Defaults</c>.</summary>
    Default,
}
