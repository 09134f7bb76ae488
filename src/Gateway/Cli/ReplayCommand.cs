using System.CommandLine;
using Weir.Gateway.Cli.Replay;
using Weir.Gateway.Control.Compile;
using Weir.Gateway.Control.Sources;

namespace Weir.Gateway.Cli;

/// <summary>
/// <c>weir replay &lt;log&gt;</c>: whom jails and throttle would have banned and refused over an existing access log. Exit 0 when the log was
/// judged, whatever came of it; 1 when it could not be.
/// </summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var log = new Argument<string>("log") { Description = "Access log in Apache's common or combined format, plain or packed by gzip; - reads standard input." };
        var config = ConfigOption.Create();
        var jail = new Option<string[]>("--jail")
        {
            Description = "Judge by this jail, the gateway's own or one of the Fail2ban folder; may be given several times. Without --jail and --throttle: all jails, and the throttle where it is on.",
            HelpName = "NAME",
            AllowMultipleArgumentsPerToken = false,
        };
        var throttle = new Option<bool>("--throttle") { Description = "Judge by the throttle's settings, whether it is on or not." };
        var host = new Option<string?>("--host") { Description = "The site that the log is of, where its lines do not say.", HelpName = "NAME" };
        var limit = new Option<int>("--limit") { Description = "At most so many addresses of each list.", DefaultValueFactory = _ => 1000 };
        var format = new Option<string>("--format") { Description = "text or json", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var command = new Command("replay", "Judge an existing access log: who would have been banned, what refused. Changes nothing.")
        {
            log, config, jail, throttle, host, limit, format,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancel) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (parsed.GetValue(limit) < 1)
                return await FailAsync(error, $"--limit is {parsed.GetValue(limit)}; allowed: 1 and more.");
            var sources = SettingsSources.From(ConfigOption.Arguments(parsed.GetValue(config), parsed.UnmatchedTokens));
            await using var compiler = new ConfigurationCompiler(sources, GatewayHost.AddDataPlane);
            var result = await compiler.CompileAsync();
            if (!result.IsGood)
                return await FailAsync(error, new ConfigurationRejectedException(result.Errors).Message);
            if (ReplaySelection.Of(result.Candidate, parsed.GetValue(jail) ?? [], parsed.GetValue(throttle), out var fault) is not { } selection)
                return await FailAsync(error, fault!);
            foreach (var note in selection.Notes)
                await error.WriteLineAsync(note);

            var name = parsed.GetValue(log)!;
            ReplayedLog judged;
            try
            {
                await using var stream = LogLines.Open(name);
                judged = await new LogJudge(result.Candidate, selection, parsed.GetValue(host)).JudgeAsync(LogLines.Of(stream), cancel);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException)
            {
                return await FailAsync(error, e is FormatException ? e.Message : $"{name} cannot be read: {e.Message}");
            }

            if (judged.Requests == 0 && judged.Unread > 0 && selection.ReadsRequests)
            {
                return await FailAsync(
                    error, $"Not one of the {judged.Lines} lines of {name} is one of an access log in common or combined format (%h %l %u %t \"%r\" %>s %b ...).");
            }

            if (parsed.GetValue(format) == "json")
                await output.WriteLineAsync(ReplayJson.Of(judged, parsed.GetValue(limit)));
            else
                new ReplayText(CommandConsole.For(output), parsed.GetValue(limit)).Write(judged, selection);
            return 0;
        });
        return command;
    }

    private static async Task<int> FailAsync(TextWriter error, string message)
    {
        await error.WriteLineAsync(message);
        return 1;
    }
}
