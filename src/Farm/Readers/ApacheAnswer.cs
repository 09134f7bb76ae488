namespace Weir.Farm.Readers;

/// <summary>What an Apache command said.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error: warnings and errors.</param>
public sealed record ApacheAnswer(int ExitCode, string Output, string Errors);
