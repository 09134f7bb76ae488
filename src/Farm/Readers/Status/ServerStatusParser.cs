using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Weir.Farm.Model;

namespace Weir.Farm.Readers.Status;

/// <summary>
/// Reads <c>/server-status?auto</c> of prefork, worker and event from 2.0 to 2.4. Lines it does not know are skipped, so a
/// newer Apache cannot break it; a page that is something else gives a sentence that says so. Never throws.
/// </summary>
public static class ServerStatusParser
{
    /// <summary>Largest page that is read: a scoreboard of 20000 servers with 200 threads.</summary>
    public const int MaxBytes = 4 << 20;

    private const int MaxVersionLength = 200;

    /// <summary>Reads one page.</summary>
    /// <param name="page">The body, ASCII.</param>
    /// <param name="status">What it says.</param>
    /// <param name="error">A full sentence when the result is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> page, [NotNullWhen(true)] out ServerStatus? status, [NotNullWhen(false)] out string? error)
    {
        status = null;
        if (page.Length > MaxBytes)
        {
            error = $"The status page has {page.Length} bytes; allowed: at most {MaxBytes}.";
            return false;
        }

        if (page.TrimStart(" \t\r\n"u8) is [(byte)'<', ..])
        {
            error = "The status page is HTML; the path must end with ?auto.";
            return false;
        }

        var lines = default(Lines);
        foreach (var range in page.Split((byte)'\n'))
            Take(page[range].TrimEnd((byte)'\r'), ref lines);
        if ((lines.Busy is null || lines.Idle is null) && lines.Scoreboard is null)
        {
            error = "The page is no mod_status page: it has neither BusyWorkers and IdleWorkers nor a Scoreboard.";
            return false;
        }

        error = null;
        status = new ServerStatus
        {
            Version = lines.Version,
            Mpm = lines.Mpm,
            Busy = lines.Busy ?? lines.Scoreboard!.Value.Busy,
            Idle = lines.Idle ?? lines.Scoreboard!.Value.Waiting,
            Graceful = lines.Graceful ?? 0,
            Processes = lines.Processes,
            Stopping = lines.Stopping,
            Connections = lines.Connections,
            ConnectionsKeepAlive = lines.ConnectionsKeepAlive,
            UptimeSeconds = lines.ServerUptime ?? lines.Uptime,
            ConfigGeneration = lines.Generation,
            TotalAccesses = lines.Accesses,
            TotalDurationMs = lines.Duration,
            CpuSeconds = lines.Cpu,
            Scoreboard = lines.Scoreboard,
        };
        return true;
    }

    private static void Take(ReadOnlySpan<byte> line, ref Lines lines)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0)
            return;
        var value = line[(colon + 1)..].Trim((byte)' ');
        switch (line[..colon])
        {
            case var k when k.SequenceEqual("BusyWorkers"u8) || k.SequenceEqual("BusyServers"u8): lines.Busy = Count(value); break;
            case var k when k.SequenceEqual("IdleWorkers"u8) || k.SequenceEqual("IdleServers"u8): lines.Idle = Count(value); break;
            case var k when k.SequenceEqual("GracefulWorkers"u8): lines.Graceful = Count(value); break;
            case var k when k.SequenceEqual("Scoreboard"u8): lines.Scoreboard = Status.Scoreboard.Decode(value); break;
            case var k when k.SequenceEqual("ServerMPM"u8): lines.Mpm = MpmOf(value); break;
            case var k when k.SequenceEqual("ServerVersion"u8): lines.Version = Encoding.ASCII.GetString(value[..Math.Min(value.Length, MaxVersionLength)]); break;
            case var k when k.SequenceEqual("ServerUptimeSeconds"u8): lines.ServerUptime = Long(value); break;
            case var k when k.SequenceEqual("Uptime"u8): lines.Uptime = Long(value); break;
            case var k when k.SequenceEqual("ParentServerConfigGeneration"u8): lines.Generation = Long(value); break;
            case var k when k.SequenceEqual("Total Accesses"u8): lines.Accesses = Long(value); break;
            case var k when k.SequenceEqual("Total Duration"u8): lines.Duration = Long(value); break;
            // CPUUser, CPUSystem, CPUChildrenUser, CPUChildrenSystem; CPULoad is a percentage.
            case var k when k.StartsWith("CPU"u8) && !k.SequenceEqual("CPULoad"u8): lines.Cpu = (lines.Cpu ?? 0) + Seconds(value); break;
            case var k when k.SequenceEqual("Processes"u8): lines.Processes = Count(value); break;
            case var k when k.SequenceEqual("Stopping"u8): lines.Stopping = Count(value); break;
            case var k when k.SequenceEqual("ConnsTotal"u8): lines.Connections = Count(value); break;
            case var k when k.SequenceEqual("ConnsAsyncKeepAlive"u8): lines.ConnectionsKeepAlive = Count(value); break;
            default: break;
        }
    }

    private static Mpm? MpmOf(ReadOnlySpan<byte> value) =>
        Ascii.EqualsIgnoreCase(value, "prefork"u8) ? Mpm.Prefork
        : Ascii.EqualsIgnoreCase(value, "worker"u8) ? Mpm.Worker
        : Ascii.EqualsIgnoreCase(value, "event"u8) ? Mpm.Event
        : null;

    // A number that is negative, too large or followed by other text is as good as absent.
    private static long? Long(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out long number, out var used) && used == value.Length && number >= 0 ? number : null;

    private static double Seconds(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out double number, out var used) && used == value.Length && double.IsFinite(number) && number >= 0 ? number : 0;

    private static int? Count(ReadOnlySpan<byte> value) => Long(value) is { } number and <= MaxBytes ? (int)number : null;

    private struct Lines
    {
        public string? Version;
        public Mpm? Mpm;
        public int? Busy;
        public int? Idle;
        public int? Graceful;
        public int? Processes;
        public int? Stopping;
        public int? Connections;
        public int? ConnectionsKeepAlive;
        public long? ServerUptime;
        public long? Uptime;
        public long? Generation;
        public long? Accesses;
        public long? Duration;
        public double? Cpu;
        public Scoreboard? Scoreboard;
    }
}
