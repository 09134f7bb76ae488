using System.CommandLine;

namespace Weir.Gateway.Cli;

/// <summary>The command line: <c>weir &lt;command&gt;</c>. One file per command.</summary>
internal static class WeirCommand
{
    /// <summary>The root with every command in it.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("Weir: a gateway that never sends an Apache more than it can take.");
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(CheckCommand.Create());
        root.Subcommands.Add(ExplainCommand.Create());
        root.Subcommands.Add(ReplayCommand.Create());
        root.Subcommands.Add(SchemaCommand.Create());
        root.Subcommands.Add(FarmCommand.Create());
        root.Subcommands.Add(BansCommand.Create());
        root.Subcommands.Add(TuneCommand.Create());
        root.Subcommands.Add(FirewallCommand.Create());
        return root;
    }
}
