using System.CommandLine;
using Weir.Farm.Model;

namespace Weir.Gateway.Cli;

/// <summary>
/// <c>weir tune</c>: what an Apache's directives come to, what the machine can carry, and what to write. Needs no gateway
/// configuration. Exit code 0; 1 when an input is wrong, an Apache cannot be read, or <c>--apply</c> did not succeed.
/// </summary>
internal static class TuneCommand
{
    public static Command Create()
    {
        var options = new TuneOptions();
        var command = new Command("tune", "Work out an Apache's limits and write its mpm block.");
        foreach (var option in options.All())
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(options.Apply) is not null)
                return;
            if (result.GetValue(options.Restart) is not null)
                result.AddError("--restart works only with --apply.");
            if (result.GetValue(options.DryRun))
                result.AddError("--dry-run works only with --apply.");
        });
        command.SetAction((parsed, cancel) => RunAsync(parsed, options, cancel));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, TuneOptions o, CancellationToken cancel)
    {
        var output = parsed.InvocationConfiguration.Output;
        var errors = parsed.InvocationConfiguration.Error;
        try
        {
            var source = await TuneSource.CollectAsync(parsed, o, cancel);
            var failures = TuningInputsValidator.Validate(source.Inputs);
            foreach (var failure in failures)
                await errors.WriteLineAsync(failure);
            if (failures.Count > 0)
                return 1;
            var plan = TuningPlanner.Compute(source.Inputs);
            Print(parsed, o, source, plan, output);
            if (parsed.GetValue(o.Apply) is not { } file)
                return 0;
            // The report may be for a machine; what --apply says must not get into it.
            var say = (parsed.GetValue(o.Format) ?? "table") == "table" ? output : errors;
            return await new TuneApply(say, source.Binary, source.ConfigFile, parsed.GetValue(o.ApacheCtl))
                .RunAsync(file, plan.Recommended.Mpm, plan.Conf, parsed.GetValue(o.DryRun), parsed.GetValue(o.Restart), cancel);
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException or HttpRequestException or IOException
            or UnauthorizedAccessException or System.ComponentModel.Win32Exception or TaskCanceledException)
        {
            await errors.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static void Print(ParseResult parsed, TuneOptions o, TuneSource source, TuningPlan plan, TextWriter output)
    {
        switch (parsed.GetValue(o.Format) ?? "table")
        {
            case "json":
                output.WriteLine(TuningPlanJson.Write(plan));
                break;
            case "conf":
                output.Write(plan.Conf);
                break;
            default:
                new TuneReport(TuneConsole.Create(output)).Write(source, plan);
                if (parsed.GetValue(o.SwitchTo) is { } target)
                    Steps(output, source, plan.Effective.Mpm, Enum.Parse<Mpm>(target, ignoreCase: true), parsed.GetValue(o.Distro) ?? "debian");
                break;
        }
    }

    private static void Steps(TextWriter output, TuneSource source, Mpm from, Mpm to, string distro)
    {
        output.WriteLine();
        output.WriteLine($"Steps from {from.ToString().ToLowerInvariant()} to {to.ToString().ToLowerInvariant()} ({distro}):");
        foreach (var step in distro == "rhel" ? SwitchSteps.RedHat(from, to) : SwitchSteps.Debian(from, to, PhpVersion(source)))
            output.WriteLine($"  {step}");
    }

    /// <summary>PHP's version from the name of its module's file, <c>libphp8.2.so</c>.</summary>
    private static string? PhpVersion(TuneSource source)
    {
        var load = source.Config?.Directives.LastOrDefault(d => d.Is("LoadModule") && d.Arguments is [['p', 'h', 'p', ..], _, ..]);
        var name = Path.GetFileNameWithoutExtension(load?.Arguments[1]);
        return name?.StartsWith("libphp", StringComparison.Ordinal) == true && name.Length > "libphp".Length ? name["libphp".Length..] : null;
    }
}
