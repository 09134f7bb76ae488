using System.CommandLine;
using Weir.Gateway.Admin;
using Weir.Gateway.Control.Compile;

namespace Weir.Gateway.Cli;

/// <summary><c>weir run</c>: starts the gateway.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var config = ConfigOption.Create();
        var command = new Command("run", "Start the gateway. Settings may follow as --Weir:Admission:MaxWait=00:00:05.") { config };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancel) =>
        {
            try
            {
                await using var host = GatewayHost.Build(ConfigOption.Arguments(parsed.GetValue(config), parsed.UnmatchedTokens));
                await host.RunAsync(cancel);
                return 0;
            }
            catch (Exception error) when (error is ConfigurationRejectedException or StartupException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(error.Message);
                return 1;
            }
        });
        return command;
    }
}
