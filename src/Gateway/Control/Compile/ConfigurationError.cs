namespace Weir.Gateway.Control.Compile;

/// <summary>One fault of the configuration.</summary>
/// <param name="Key">Full key path (<c>Weir:Admission:MaxWait</c>), or the file's name when it is not JSON.</param>
/// <param name="Message">A full sentence that starts with the key and names what is allowed and what was found.</param>
/// <param name="Origin"><c>file:line</c>, environment variable or command line; null when the key is missing.</param>
internal sealed record ConfigurationError(string Key, string Message, string? Origin)
{
    /// <inheritdoc />
    public override string ToString() => Origin is null ? Message : $"{Message} [{Origin}]";
}
