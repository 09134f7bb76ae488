using System.CommandLine;
using Weir.Gateway.Admin;

namespace Weir.Gateway.Cli;

/// <summary>Where the commands that ask a running gateway have its token from.</summary>
internal static class ManagementToken
{
    public const string Variable = "WEIR_MANAGEMENT_TOKEN";

    public static Option<string?> CreateOption() => new("--token-file")
    {
        Description = $"File with the bearer token; the environment variable {Variable} serves as well.",
        HelpName = "FILE",
    };

    /// <summary>The token in a file, or else in the environment; null when there is none.</summary>
    public static string? Read(string? file) =>
        (file is null ? Environment.GetEnvironmentVariable(Variable) : BearerToken.Read(file)) is { Length: > 0 } token ? token : null;
}
