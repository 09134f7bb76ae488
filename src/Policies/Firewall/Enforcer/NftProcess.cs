using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Weir.Policies.Firewall.Enforcer;

/// <summary>Runs nft. One process a batch; it reads the script from its input, so no argument depends on what was asked.</summary>
internal sealed class NftProcess(string path)
{
    private static readonly TimeSpan RunTime = TimeSpan.FromSeconds(50);
    private const int MaxErrorChars = 300;

    /// <summary>Runs a script; all of it is done, or nothing.</summary>
    /// <exception cref="EnforcerException">nft is missing, refused or took too long.</exception>
    public Task RunAsync(string script, CancellationToken cancel) => RunAsync(["-f", "-"], script, cancel);

    /// <summary>The table with all that is in it, as JSON.</summary>
    public Task<string> ListAsync(string table, CancellationToken cancel) => RunAsync(["-j", "list", "table", "inet", table], "", cancel);

    private async Task<string> RunAsync(string[] arguments, string input, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["LC_ALL"] = "C";
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            throw new EnforcerException($"nft cannot be run: '{path}': {error.Message}. Install nftables, or name it with --nft.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(RunTime);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            try
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended before it had read all; its error says why.
            }

            await process.WaitForExitAsync(limit.Token);
            var text = await errors;
            return process.ExitCode == 0 ? await output : throw Failure(text);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            cancel.ThrowIfCancellationRequested();
            throw new EnforcerException($"nft did not end within {RunTime.TotalSeconds} s and was killed.");
        }
    }

    private static EnforcerException Failure(string text)
    {
        if (text.Contains("Operation not permitted", StringComparison.Ordinal))
            return new EnforcerException("The kernel's rules may not be changed: nft says 'Operation not permitted'. Run the enforcer with CAP_NET_ADMIN (systemd: AmbientCapabilities=CAP_NET_ADMIN).");
        var line = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, MaxErrorChars)))
            line.Append(c is < ' ' or > '~' ? ' ' : c);
        return new EnforcerException($"nft failed: {line.ToString().Trim()}") { IsMissing = text.Contains("No such file or directory", StringComparison.Ordinal) };
    }
}
