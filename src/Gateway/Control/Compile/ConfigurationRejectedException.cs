namespace Weir.Gateway.Control.Compile;

/// <summary>The configuration at start-up has faults; nothing was started.</summary>
internal sealed class ConfigurationRejectedException(IReadOnlyList<ConfigurationError> errors)
    : Exception($"The configuration has {errors.Count} fault(s):{Environment.NewLine}{string.Join(Environment.NewLine, errors)}")
{
    /// <summary>All of them, sorted by key.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; } = errors;
}
