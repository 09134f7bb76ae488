using System.Globalization;
using Weir.Farm.Model;

namespace Weir.Gateway.Cli;

/// <summary>The fields of <c>/server-status?auto</c> that tuning reads. The feed has its own, complete reader.</summary>
internal sealed record TuneStatus
{
    private const int MaxChars = 1 << 20;

    public Mpm? Mpm { get; private init; }

    /// <summary>Effective MaxRequestWorkers: the length of the scoreboard.</summary>
    public int ScoreboardLength { get; private init; }

    public int Busy { get; private init; }

    public int Idle { get; private init; }

    public int? Processes { get; private init; }

    /// <summary>False while a restart is under way: the counts then mix two generations.</summary>
    public bool IsSteady { get; private init; }

    public double? UptimeSeconds { get; private init; }

    /// <summary>Mean over the server's life; null without ExtendedStatus or with too few requests.</summary>
    public double? ServiceSeconds { get; private init; }

    public double? CpuPerRequestSeconds { get; private init; }

    public bool ExtendedStatus { get; private init; }

    /// <exception cref="HttpRequestException">No answer, or not a success.</exception>
    /// <exception cref="InvalidDataException">Not a status page.</exception>
    public static async Task<TuneStatus> FetchAsync(string url, CancellationToken cancel)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new InvalidDataException($"--status-url is '{url}'; allowed: an absolute http or https address.");
        if (!uri.Query.Contains("auto", StringComparison.Ordinal))
            uri = new UriBuilder(uri) { Query = "auto" }.Uri;
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(15), MaxResponseContentBufferSize = MaxChars };
        return Parse(await http.GetStringAsync(uri, cancel)) ?? throw new InvalidDataException($"{uri} is not the text of mod_status.");
    }

    /// <summary>Null when the text has no scoreboard.</summary>
    public static TuneStatus? Parse(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in text.Split('\n'))
        {
            if (line.Split(':', 2) is [var name, var value])
                fields[name.Trim()] = value.Trim();
        }

        if (!fields.TryGetValue("Scoreboard", out var scoreboard) || scoreboard.Length == 0)
            return null;
        var accesses = Number("Total Accesses");
        var enough = accesses >= 100;
        return new()
        {
            Mpm = Enum.TryParse<Mpm>(fields.GetValueOrDefault("ServerMPM"), ignoreCase: true, out var mpm) ? mpm : null,
            ScoreboardLength = scoreboard.Length,
            Busy = (int)(Number("BusyWorkers") ?? Number("BusyServers") ?? 0),
            Idle = (int)(Number("IdleWorkers") ?? Number("IdleServers") ?? 0),
            Processes = (int?)Number("Processes"),
            IsSteady = (Number("Stopping") ?? 0) == 0 && (Number("GracefulWorkers") ?? 0) == 0,
            UptimeSeconds = Number("ServerUptimeSeconds") ?? Number("Uptime"),
            ServiceSeconds = enough && Number("Total Duration") is > 0 and var duration ? duration / 1000 / accesses : null,
            CpuPerRequestSeconds = enough && Cpu() is > 0 and var cpu ? cpu / accesses : null,
            ExtendedStatus = accesses is not null,
        };

        double? Number(string name) => double.TryParse(fields.GetValueOrDefault(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

        double Cpu() => (Number("CPUUser") ?? 0) + (Number("CPUSystem") ?? 0) + (Number("CPUChildrenUser") ?? 0) + (Number("CPUChildrenSystem") ?? 0);
    }

    /// <summary>Directives that would give this scoreboard. ServerLimit and ThreadsPerChild are not on the page and are assumed.</summary>
    public MpmSettings ToSettings()
    {
        var mpm = Mpm ?? Farm.Model.Mpm.Event;
        if (mpm == Farm.Model.Mpm.Prefork)
            return new() { Mpm = mpm, ServerLimit = ScoreboardLength, MaxRequestWorkers = ScoreboardLength };
        var threads = Threads();
        return new()
        {
            Mpm = mpm,
            ServerLimit = Math.Min(MpmDefaults.MaxServerLimit, 2 * ScoreboardLength / threads),
            ThreadLimit = Math.Max(threads, MpmDefaults.ThreadLimit),
            ThreadsPerChild = threads,
            MaxRequestWorkers = ScoreboardLength,
        };
    }

    private int Threads()
    {
        if (IsSteady && Processes is > 0 and var processes && (Busy + Idle) % processes == 0)
        {
            var counted = (Busy + Idle) / processes;
            if (counted > 0 && ScoreboardLength % counted == 0)
                return counted;
        }

        if (ScoreboardLength % MpmDefaults.ThreadsPerChild == 0)
            return MpmDefaults.ThreadsPerChild;
        for (var threads = Math.Min(MpmDefaults.ThreadLimit, ScoreboardLength); threads > 1; threads--)
        {
            if (ScoreboardLength % threads == 0)
                return threads;
        }

        return 1;
    }
}
