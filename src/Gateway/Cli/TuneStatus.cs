using Weir.Farm.Model;
using Weir.Farm.Readers.Status;

namespace Weir.Gateway.Cli;

/// <summary>What tuning takes from <c>/server-status?auto</c>.</summary>
internal sealed class TuneStatus(ServerStatus status)
{
    /// <summary>Means over fewer requests say little.</summary>
    private const int Enough = 100;

    public Mpm? Mpm => status.Mpm;

    /// <summary>Effective MaxRequestWorkers: the length of the scoreboard.</summary>
    public int ScoreboardLength => status.Scoreboard!.Value.Length;

    public int Busy => status.Busy;

    public int Idle => status.Idle;

    /// <summary>Mean over the server's life; null without ExtendedStatus or with too few requests.</summary>
    public double? ServiceSeconds => status is { TotalAccesses: >= Enough, TotalDurationMs: > 0 } ? status.TotalDurationMs / 1000.0 / status.TotalAccesses : null;

    public double? CpuPerRequestSeconds => status is { TotalAccesses: >= Enough, CpuSeconds: > 0 } ? status.CpuSeconds / status.TotalAccesses : null;

    public bool ExtendedStatus => status.TotalAccesses is not null;

    private bool IsSteady => status is { Stopping: null or 0, Graceful: 0 };

    /// <exception cref="HttpRequestException">No answer, or not a success.</exception>
    /// <exception cref="InvalidDataException">Not a status page.</exception>
    public static async Task<TuneStatus> FetchAsync(string url, CancellationToken cancel)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new InvalidDataException($"--status-url is '{url}'; allowed: an absolute http or https address.");
        if (!uri.Query.Contains("auto", StringComparison.Ordinal))
            uri = new UriBuilder(uri) { Query = "auto" }.Uri;
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(15), MaxResponseContentBufferSize = ServerStatusParser.MaxBytes };
        var page = await http.GetByteArrayAsync(uri, cancel);
        if (!ServerStatusParser.TryParse(page, out var status, out var error))
            throw new InvalidDataException($"{uri}: {error}");
        return status.Scoreboard is { Length: > 0 } ? new(status) : throw new InvalidDataException($"{uri} has no scoreboard.");
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
        if (IsSteady && status.Processes is > 0 and var processes && (Busy + Idle) % processes == 0)
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
