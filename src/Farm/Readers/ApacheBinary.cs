using System.Diagnostics;
using System.Text;
using Weir.Farm.Readers.Config;

namespace Weir.Farm.Readers;

/// <summary>
/// Asks an Apache binary about itself (<c>-V</c>, <c>-M</c>, <c>-t</c>) and signals its server (<c>-k</c>), each bounded in
/// time and output.
/// </summary>
/// <param name="path">The binary, for example <c>/usr/sbin/apache2</c> or <c>/usr/sbin/httpd</c>.</param>
/// <param name="configFile">The configuration (<c>-f</c>); null takes the binary's own.</param>
/// <param name="environment">Variables for the configuration, as from Debian's envvars; null gives only the present ones.</param>
public sealed class ApacheBinary(string path, string? configFile = null, IReadOnlyDictionary<string, string>? environment = null)
{
    private const int MaxOutputChars = 32 << 20;

    /// <summary>How long after its end the last words of a command that leaves a server behind may take to come through the pipes.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    /// <summary>How long one question may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>-V</c>: version, MPM, folders.</summary>
    /// <exception cref="InvalidOperationException">The binary does not answer.</exception>
    public async Task<ApacheBuild> BuildAsync(CancellationToken cancel = default)
    {
        // The MPM is a module: with a broken configuration -V still answers, but without its name.
        var result = await RunAsync(["-V"], cancel);
        return ApacheBuild.Parse(result.Output)
            ?? throw new InvalidOperationException($"{path} -V does not look like an Apache: {result.Output} {result.Errors}".Trim());
    }

    /// <summary><c>-M</c>: modules by identifier, the ones built in included.</summary>
    public async Task<IReadOnlyList<string>> ModulesAsync(CancellationToken cancel = default)
    {
        var result = await RunAsync(["-M"], cancel);
        return [.. result.Output.Split('\n').Where(l => l.StartsWith(' ')).Select(l => l.Trim().Split(' ')[0])];
    }

    /// <summary><c>-t</c>: Apache's own check with all that it says.</summary>
    public Task<ApacheAnswer> CheckAsync(CancellationToken cancel = default) => RunAsync(["-t"], cancel);

    /// <summary><c>-k graceful</c> or <c>-k restart</c> on the running server of this configuration.</summary>
    /// <param name="signal"><c>graceful</c>, <c>restart</c>, <c>stop</c> or <c>start</c>.</param>
    /// <param name="cancel">Ends the command.</param>
    public Task<ApacheAnswer> ControlAsync(string signal, CancellationToken cancel = default) => RunAsync(["-k", signal], cancel);

    /// <summary>
    /// The directives in force by Apache's own reading (<c>-t -D DUMP_CONFIG</c> through mod_info); null when mod_info is
    /// not at hand or the configuration has an error.
    /// </summary>
    /// <param name="modInfo">Path of <c>mod_info.so</c>.</param>
    /// <param name="cancel">Ends the command.</param>
    public async Task<IReadOnlyList<ApacheDirective>?> DumpConfigAsync(string modInfo, CancellationToken cancel = default)
    {
        if (!File.Exists(modInfo))
            return null;
        var result = await RunAsync(["-C", $"LoadModule info_module {modInfo}", "-t", "-D", "DUMP_CONFIG"], cancel);
        return result.ExitCode == 0 ? DumpConfigParser.Parse(result.Output) : null;
    }

    private async Task<ApacheAnswer> RunAsync(string[] arguments, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(path) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        if (configFile is not null)
        {
            start.ArgumentList.Add("-f");
            start.ArgumentList.Add(configFile);
        }

        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;

        using var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        var errors = new StringBuilder();
        process.Start();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Timeout);
        // Waiting for the command is one thing, for the end of its pipes another: a server that it starts hands them on to
        // its piped loggers, which hold them open as long as they live. A question is read to the end of its answer.
        using var reading = new CancellationTokenSource();
        var words = Task.WhenAll(ReadAsync(process.StandardOutput, output, reading.Token), ReadAsync(process.StandardError, errors, reading.Token));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill();
            cancel.ThrowIfCancellationRequested();
            throw new InvalidOperationException($"{path} {string.Join(' ', arguments)} did not end within {Timeout.TotalSeconds:0} s.", e);
        }
        finally
        {
            reading.CancelAfter(arguments[0] == "-k" ? LastWords : Timeout);
            await words;
        }

        return new(process.ExitCode, output.ToString(), errors.ToString());
    }

    private static async Task ReadAsync(StreamReader from, StringBuilder into, CancellationToken cancel)
    {
        var chunk = new char[8192];
        try
        {
            int read;
            while ((read = await from.ReadAsync(chunk, cancel)) > 0)
            {
                // Read on when it is too much, or the command would wait for a reader.
                if (into.Length < MaxOutputChars)
                    into.Append(chunk, 0, read);
            }
        }
        catch (OperationCanceledException)
        {
            // What came until now is the answer.
        }
    }
}
