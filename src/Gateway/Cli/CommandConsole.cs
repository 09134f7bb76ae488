using Spectre.Console;

namespace Weir.Gateway.Cli;

/// <summary>A console on a command's output: colours on a terminal, plain text and no wrapping where it is redirected.</summary>
internal static class CommandConsole
{
    public static IAnsiConsole For(TextWriter output)
    {
        var isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(output),
        });
        if (!isTerminal)
            console.Profile.Width = 100_000;
        return console;
    }
}
