using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Weir.Bench.Measure;

/// <summary>What a figure was measured on: without it, it means nothing.</summary>
internal static partial class MachineFacts
{
    /// <summary>One line: cores, memory, kernel, versions.</summary>
    /// <param name="withPeers">Names Varnish, YARP and the load generators too.</param>
    public static string Describe(bool withPeers = false) =>
        $"{Environment.ProcessorCount} cores, {Memory() / (1 << 20)} GB RAM, Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, "
        + $"{RuntimeInformation.FrameworkDescription}, Apache {Version("/usr/sbin/apache2", "-v")}, "
        + $"HAProxy {Version("/usr/sbin/haproxy", "-v")}, nginx {Version("/usr/sbin/nginx", "-v")}{(withPeers ? Peers() : "")}; client, proxy and Apache share the machine";

    private static string Peers() =>
        $", Varnish {Version("/usr/sbin/varnishd", "-V")}, YARP {typeof(Yarp.ReverseProxy.Configuration.RouteConfig).Assembly.GetName().Version?.ToString(3)}, "
        + $"wrk {Version("/usr/bin/wrk", "-v")}, h2load {Version("/usr/bin/h2load", "--version")}, {OpenSsl()}";

    // The library that .NET, nginx and the others load. Its number has four bits of major, eight of minor, sixteen of patch from bit 4.
    private static string OpenSsl()
    {
        if (!OperatingSystem.IsLinux())
            return "OpenSSL unknown";
        var number = SafeEvpPKeyHandle.OpenSslVersion;
        return $"OpenSSL {number >> 28}.{(number >> 20) & 0xFF}.{(number >> 4) & 0xFFFF}";
    }

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
