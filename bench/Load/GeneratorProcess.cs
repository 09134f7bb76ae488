using System.Diagnostics;
using System.Globalization;

namespace Weir.Bench.Load;

/// <summary>A load generator from Debian: runs to its end, gives its output.</summary>
internal static class GeneratorProcess
{
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(stop);
            var output = await process.StandardOutput.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await errors}{output}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>A figure as the generators print it.</summary>
    public static double Figure(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
