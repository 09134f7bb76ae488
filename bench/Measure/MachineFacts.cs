using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Weir.Bench.Measure;

/// <summary>What a figure was measured on: without it, it means nothing.</summary>
internal static partial class MachineFacts
{
    /// <summary>One line: cores, memory, kernel, versions.</summary>
    public static string Describe() =>
        $"{Environment.ProcessorCount} cores, {Memory() / (1 << 20)} GB RAM, Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, "
        + $"{RuntimeInformation.FrameworkDescription}, Apache {Version("/usr/sbin/apache2", "-v")}, "
        + $"HAProxy {Version("/usr/sbin/haproxy", "-v")}, nginx {Version("/usr/sbin/nginx", "-v")}; client, proxy and Apache share the machine";

    private static long Memory() =>
        long.Parse(Digits().Match(File.ReadLines("/proc/meminfo").First()).Value);

    private static string Version(string program, string argument)
    {
        if (!File.Exists(program))
            return "(not installed)";
        using var process = Process.Start(new ProcessStartInfo(program, [argument])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var text = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return DottedNumber().Match(text).Value;
    }

    [GeneratedRegex(@"\d+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Digits();

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DottedNumber();
}
