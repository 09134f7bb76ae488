using Spectre.Console;

namespace Weir.Gateway.Cli;

/// <summary>A console on any writer: colours only where the writer is a terminal, and no line broken where it is not.</summary>
internal static class TuneConsole
{
    private const int RedirectedWidth = 400;

    public static IAnsiConsole Create(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (writer != Console.Out || Console.IsOutputRedirected)
            console.Profile.Width = RedirectedWidth;
        return console;
    }
}
