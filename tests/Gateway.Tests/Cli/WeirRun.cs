using System.CommandLine;
using Weir.Gateway.Cli;
using Weir.Gateway.Tests.Control;

namespace Weir.Gateway.Tests.Cli;

/// <summary>Runs a command as the program would, with a configuration of the test's own where the arguments say FILE.</summary>
internal static class WeirRun
{
    public static async Task<(int Code, string Output, string Error)> Async(string json, params string[] arguments)
    {
        using var directory = new ConfigurationDirectory();
        var file = directory.Write(json);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var parsed = WeirCommand.Create().Parse([.. arguments.Select(a => a == "FILE" ? file : a)]);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
