namespace Weir.Gateway.Control.Compile;

/// <summary>What a compilation found.</summary>
/// <param name="Candidate">May be published only when there are no errors; with errors, as much of it as could be made.</param>
/// <param name="Errors">Every fault, sorted by key; empty when the configuration is good.</param>
internal sealed record CompileResult(CompiledConfiguration Candidate, IReadOnlyList<ConfigurationError> Errors)
{
    /// <summary>True when there is nothing wrong with it.</summary>
    public bool IsGood => Errors.Count == 0;
}
