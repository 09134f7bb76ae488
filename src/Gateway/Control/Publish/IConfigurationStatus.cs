using Weir.Gateway.Control.Compile;

namespace Weir.Gateway.Control.Publish;

/// <summary>How the last reload went; for the management listener.</summary>
internal interface IConfigurationStatus
{
    /// <summary>SHA-256 of the files in use, 64 hexadecimal digits.</summary>
    string ActiveHash { get; }

    /// <summary>When the configuration in use was published.</summary>
    DateTimeOffset ActiveSince { get; }

    /// <summary>False while the files on disk are not what is in use because they have faults.</summary>
    bool LastReloadSuccessful { get; }

    /// <summary>When the last rejected reload was rejected; null when none was.</summary>
    DateTimeOffset? RejectedAt { get; }

    /// <summary>The faults of the files on disk; empty when they are in use.</summary>
    IReadOnlyList<ConfigurationError> LastErrors { get; }
}
