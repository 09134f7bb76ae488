using System.CommandLine;
using Weir.Gateway.Admin;

namespace Weir.Gateway.Cli;

/// <summary><c>weir run</c>: starts the gateway.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", "Start the gateway.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var host = GatewayHost.Build([.. parsed.UnmatchedTokens]);
            try
            {
                await host.RunAsync(cancel);
                return 0;
            }
            catch (StartupException error)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(error.Message);
                return 1;
            }
        });
        return command;
    }
}
