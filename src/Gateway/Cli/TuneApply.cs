using System.Globalization;
using Weir.Farm.Model;
using Weir.Farm.Readers;

namespace Weir.Gateway.Cli;

/// <summary>Writes the block to a file under Apache's own check; on any failure the file is as it was.</summary>
/// <param name="output">Where it says what it does.</param>
/// <param name="binary">The Apache binary; null looks for Debian's and RHEL's.</param>
/// <param name="configFile">The main configuration to check; null takes the binary's own.</param>
/// <param name="apacheCtl">Script to restart through; null uses the binary.</param>
internal sealed class TuneApply(TextWriter output, string? binary, string? configFile, string? apacheCtl)
{
    private static readonly string[] Binaries = ["/usr/sbin/apache2", "/usr/sbin/httpd"];

    /// <summary>Where Debian or RHEL keep the binary; null when neither is there.</summary>
    public static string? DefaultBinary() => Array.Find(Binaries, File.Exists);

    /// <summary>0 when the file is in place and Apache accepts it, or nothing had to change; else 1.</summary>
    public async Task<int> RunAsync(string file, Mpm mpm, string block, bool dryRun, string? restart, CancellationToken cancel)
    {
        // mods-enabled holds links; the file behind the link is written, the link stays.
        var target = (File.Exists(file) ? File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName : null) ?? Path.GetFullPath(file);
        var before = File.Exists(target) ? await File.ReadAllTextAsync(target, cancel) : null;
        var after = MpmBlockEditor.Replace(before ?? "", mpm, block);
        var difference = TuneDiff.Lines(before ?? "", after).ToArray();
        if (difference.Length == 0)
        {
            await output.WriteLineAsync($"{target} holds the block already.");
            if (!dryRun && restart is not null && !await IsAcceptedAsync(Apache(), cancel))
            {
                await output.WriteLineAsync("Apache refuses the configuration. Nothing was restarted.");
                return 1;
            }

            return dryRun ? 0 : await FinishAsync(restart, cancel);
        }

        await output.WriteLineAsync($"--- {target}");
        foreach (var line in difference)
            await output.WriteLineAsync(line);
        if (dryRun)
        {
            await output.WriteLineAsync("Nothing was written (--dry-run).");
            return 0;
        }

        var apache = Apache();
        var backup = before is null ? null : Backup(target);
        var kept = false;
        try
        {
            await File.WriteAllTextAsync(target, after, cancel);
            kept = await IsAcceptedAsync(apache, cancel);
        }
        finally
        {
            // Also when the check could not run or was interrupted.
            if (!kept)
                Restore(target, before);
        }

        if (!kept)
        {
            await output.WriteLineAsync($"Apache refuses the configuration; {target} is as it was. Nothing was restarted.");
            return 1;
        }

        await output.WriteLineAsync(backup is null ? $"Wrote {target}." : $"Wrote {target}; the old one is {backup}.");
        return await FinishAsync(restart, cancel);
    }

    private async Task<bool> IsAcceptedAsync(ApacheBinary apache, CancellationToken cancel)
    {
        var check = await apache.CheckAsync(cancel);
        foreach (var line in check.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await output.WriteLineAsync($"apache: {line}");
        return check.ExitCode == 0;
    }

    private async Task<int> FinishAsync(string? restart, CancellationToken cancel)
    {
        if (restart is null)
        {
            await output.WriteLineAsync("Nothing was restarted; use --restart graceful or full, or restart it yourself.");
            return 0;
        }

        var done = await new TuneRestart(Binary(), configFile, apacheCtl).RunAsync(restart, cancel);
        await output.WriteLineAsync(done is null ? $"Restarted ({restart})." : $"The restart failed: {done}");
        return done is null ? 0 : 1;
    }

    private static string Backup(string target)
    {
        // The name ends in .bak so that no "*.conf" include picks it up.
        var stamp = DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
        var backup = $"{target}.{stamp}.bak";
        for (var n = 2; File.Exists(backup); n++)
            backup = $"{target}.{stamp}-{n}.bak";
        File.Copy(target, backup);
        return backup;
    }

    private static void Restore(string target, string? before)
    {
        if (before is null)
            File.Delete(target);
        else
            File.WriteAllText(target, before);
    }

    private ApacheBinary Apache() => TuneRestart.Open(Binary(), configFile);

    private string Binary() => binary ?? DefaultBinary()
        ?? throw new InvalidOperationException("--apply needs Apache's own check; give the binary with --apache2.");
}
