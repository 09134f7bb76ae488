using Weir.Farm.Model;

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
        var target = await TuneFile.ReadAsync(file, cancel);
        var after = MpmBlockEditor.Replace(target.Text, mpm, block);
        var difference = TuneDiff.Lines(target.Text, after).ToArray();
        await output.WriteLineAsync(difference.Length == 0 ? $"{target.Path} holds the block already." : $"--- {target.Path}");
        foreach (var line in difference)
            await output.WriteLineAsync(TuneFile.Readable(line));
        if (dryRun)
        {
            await output.WriteLineAsync("Nothing was written (--dry-run).");
            return 0;
        }

        var apache = restart is null ? null : await TuneRestart.PrepareAsync(Binary(), configFile, apacheCtl, cancel);
        if (restart == "full" && apache!.Obstacle is { } obstacle)
        {
            await output.WriteLineAsync($"Nothing was written or restarted: {obstacle}");
            return 1;
        }

        if (difference.Length > 0)
            return await WriteAsync(target, after, restart, apache, cancel) ? await FinishAsync(restart, apache, target, cancel) : 1;
        if (restart is null || await IsAcceptedAsync(cancel))
            return await FinishAsync(restart, apache, written: null, cancel);
        await output.WriteLineAsync("Apache refuses the configuration. Nothing was restarted.");
        return 1;
    }

    private async Task<bool> WriteAsync(TuneFile target, string after, string? restart, TuneRestart? apache, CancellationToken cancel)
    {
        var backup = target.Backup();
        var refusal = "Apache refuses the configuration";
        var kept = false;
        try
        {
            await target.WriteAsync(after, cancel);
            kept = await IsAcceptedAsync(cancel);
            if (kept && restart == "graceful" && await apache!.NeedsFullAsync(cancel) is { } change)
            {
                kept = false;
                refusal = $"--restart graceful is not enough, {change}; use --restart full";
            }
        }
        finally
        {
            // Also when the check could not run or was interrupted.
            if (!kept)
                target.Restore();
        }

        await output.WriteLineAsync(
            !kept ? $"{refusal}; {target.Path} is as it was. Nothing was restarted."
            : backup is null ? $"Wrote {target.Path}." : $"Wrote {target.Path}; the old one is {backup}.");
        return kept;
    }

    private async Task<bool> IsAcceptedAsync(CancellationToken cancel)
    {
        var check = await TuneRestart.Open(Binary(), configFile).CheckAsync(cancel);
        foreach (var line in check.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await output.WriteLineAsync($"apache: {line}");
        return check.ExitCode == 0;
    }

    private async Task<int> FinishAsync(string? restart, TuneRestart? apache, TuneFile? written, CancellationToken cancel)
    {
        if (apache is null)
        {
            await output.WriteLineAsync("Nothing was restarted; use --restart graceful or full, or restart it yourself.");
            return 0;
        }

        if (restart == "graceful")
        {
            var failed = await apache.GracefulAsync(cancel);
            await output.WriteLineAsync(failed is null
                ? "Restarted (graceful). ServerLimit and ThreadLimit stay what they were when Apache was started."
                : $"The restart failed: {failed}");
            return failed is null ? 0 : 1;
        }

        if (await apache.StopAsync(cancel) is { } running)
        {
            await output.WriteLineAsync($"The restart failed: {running}");
            return 1;
        }

        // Stopped is the worst place to be left in: from here on an interruption no longer counts.
        if (await apache.StartAsync(CancellationToken.None) is not { } failure)
        {
            await output.WriteLineAsync("Restarted (full).");
            return 0;
        }

        await output.WriteLineAsync($"Apache did not start: {failure}");
        if (written is null)
            return 1;
        written.Restore();
        var again = await apache.StartAsync(CancellationToken.None);
        await output.WriteLineAsync(again is null
            ? $"{written.Path} is as it was, and Apache runs with it."
            : $"{written.Path} is as it was, and still Apache does not start: {again}");
        return 1;
    }

    private string Binary() => binary ?? DefaultBinary()
        ?? throw new InvalidOperationException("--apply needs Apache's own check; give the binary with --apache2.");
}
