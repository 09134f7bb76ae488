using System.CommandLine;
using Weir.Gateway.Control;
using Weir.Gateway.Control.Reference;

namespace Weir.Gateway.Cli;

/// <summary><c>weir schema</c>: prints what is generated from the options classes.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var markdown = new Option<bool>("--markdown") { Description = "The reference page instead of the JSON schema." };
        var command = new Command("schema", "Print the JSON schema of appsettings.json.") { markdown };
        command.Hidden = true;
        command.SetAction(parsed =>
            parsed.InvocationConfiguration.Output.Write(parsed.GetValue(markdown)
                ? ReferenceWriter.Write(Sections.All)
                : SchemaWriter.Write(Sections.All)));
        return command;
    }
}
