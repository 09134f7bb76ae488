namespace Weir.Gateway.Control.Sources;

/// <summary>What a configuration file held when it was read.</summary>
/// <param name="Path">Where it was read from.</param>
/// <param name="Bytes">Null when it is not there.</param>
/// <param name="IsRequired">A required file that is missing is an error.</param>
/// <param name="Fault">Why it could not be read although it is there.</param>
internal sealed record FileContent(string Path, byte[]? Bytes, bool IsRequired, string? Fault = null);
