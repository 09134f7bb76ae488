namespace Weir.Gateway.Admin;

/// <summary>The configuration in force. Implemented by the control side.</summary>
internal interface IConfigurationFacts
{
    /// <summary>False until a first valid configuration is in force.</summary>
    bool IsLoaded { get; }

    /// <summary>Identity of the configuration in force, to compare replicas; null when not known.</summary>
    string? Hash { get; }

    /// <summary>When it came into force; null when not known.</summary>
    DateTimeOffset? LoadedAt { get; }

    /// <summary>Why the last reload was turned down; empty when it was not.</summary>
    IReadOnlyList<string> LastErrors { get; }
}
