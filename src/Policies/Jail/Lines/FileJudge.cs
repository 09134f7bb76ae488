using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Weir.Fail2ban.Filters;
using Weir.Fail2ban.Logs;
using Weir.Policies.Jail.Live;
using Weir.Policies.Jail.Offences;
using Weir.Policies.Jail.State;

namespace Weir.Policies.Jail.Lines;

/// <summary>
/// Keeps Fail2ban's jails up to date and judges what is new in the log files that they name. One task in the background;
/// bounded in files and in lines per turn.
/// </summary>
internal sealed class FileJudge(
    IOptionsMonitor<JailOptions> options, Fail2banSource source, LiveQueue live, IFail2banEngine engine, BanKeeper keeper, Sentencing sentencing,
    TimeProvider time, JailMetrics metrics, ILogger<FileJudge> logger) : BackgroundService
{
    /// <summary>Files that one jail follows at most.</summary>
    public const int MaxFiles = 256;

    /// <summary>Lines of one file in one turn; the rest follows in the next.</summary>
    public const int MaxLines = 2000;

    /// <summary>Places that are kept of files that no jail wants at the moment; past that the earliest are forgotten.</summary>
    public const int MaxPlaces = 4096;

    /// <summary>After so long the next file has its turn: lines that make expressions slow must not keep the others from being judged.</summary>
    public static readonly TimeSpan MaxTurn = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan SaveInterval = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string Jail, string Path), FollowedFile> _files = [];
    private readonly Queue<(string Jail, string Path)> _left = [];
    private Dictionary<(string Jail, string Path), LogPosition> _places = [];
    private long _rescanned;
    private long _saved;
    private bool _isStarted;
    private bool _isDirty;

    private string? PlacesFile => keeper.File is { } file ? file + ".logs" : null;

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Save();
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        base.Dispose();
        foreach (var file in _files.Values)
            file.Tail.Dispose();
        _files.Clear();
    }

    /// <summary>Looks for changes of the folder and the files where that is due, and judges what is new.</summary>
    /// <param name="stop">Ends the turn after the line that is being judged; the rest is read again after the start.</param>
    /// <returns>True when a file has more lines at hand.</returns>
    public bool Turn(CancellationToken stop = default)
    {
        if (!_isStarted)
            Load();
        var settings = options.CurrentValue.Fail2ban;
        if (!_isStarted || source.IsStale || time.GetElapsedTime(_rescanned) >= settings.RescanInterval)
        {
            _rescanned = time.GetTimestamp();
            if (source.Refresh())
                live.IsWanted = source.Now.Any(j => j.Live is not null);
            Follow(settings);
        }

        _isStarted = true;
        var more = false;
        foreach (var file in _files.Values)
        {
            if (stop.IsCancellationRequested)
                break;
            more |= Read(file, settings.FilesNameDirectClients, stop);
        }

        if (_isDirty && time.GetElapsedTime(_saved) >= SaveInterval)
            Save();
        return more;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start of the gateway does not wait for filters to compile.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var more = false;
            try
            {
                more = Turn(stoppingToken);
            }
            catch (Exception error)
            {
                JailLog.JudgingFailed(logger, error);
            }

            // With more at hand a short rest: a log that grows faster than it is read must not take a core.
            await Task.Delay(more ? TimeSpan.FromMilliseconds(20) : options.CurrentValue.Fail2ban.FileInterval, time, stoppingToken);
        }
    }

    private void Follow(Fail2banSettings settings)
    {
        var wanted = new HashSet<(string, string)>();
        foreach (var jail in settings.Files ? source.Now : [])
        {
            var paths = jail.Definition.LogPaths
                .SelectMany(p => p.Expand().Select(path => (Path: path, p.FromTail)))
                .DistinctBy(p => p.Path).ToList();
            if (paths.Count > MaxFiles)
                JailLog.TooManyFiles(logger, jail.Rule.Name, MaxFiles);
            foreach (var (path, fromTail) in paths.Take(MaxFiles))
            {
                var key = (jail.Rule.Name, path);
                wanted.Add(key);
                if (_files.TryGetValue(key, out var known) && ReferenceEquals(known.Jail, jail))
                    continue;
                _files[key] = Open(jail, path, fromTail, known);
            }
        }

        foreach (var key in _files.Keys.Where(k => !wanted.Contains(k)).ToList())
        {
            if (_files.Remove(key, out var gone))
                Leave(key, gone);
        }
    }

    // The file may be wanted again: between the two steps of a rotation its pattern matches nothing.
    private void Leave((string Jail, string Path) key, FollowedFile gone)
    {
        gone.Tail.Dispose();
        if (gone.Tail.Position is not { } place)
            return;
        _isDirty = true;
        if (!_places.ContainsKey(key))
            _left.Enqueue(key);
        _places[key] = place;
        while (_left.Count > MaxPlaces)
            _places.Remove(_left.Dequeue());
    }

    // A jail that was read again goes on where it was.
    private FollowedFile Open(LineJail jail, string path, bool fromTail, FollowedFile? known)
    {
        var tail = known?.Tail ?? new LogTail(path, _places.GetValueOrDefault((jail.Rule.Name, path)), fromTail);
        return new FollowedFile(jail, path, tail, engine.Compile(jail.Definition.Filter));
    }

    private bool Read(FollowedFile file, bool isDirect, CancellationToken stop)
    {
        try
        {
            var began = time.GetTimestamp();
            var now = time.GetUtcNow();
            for (var read = 0; read < MaxLines; read++)
            {
                if (stop.IsCancellationRequested || time.GetElapsedTime(began) >= MaxTurn)
                    return true;
                // One by one: what was read and not judged would be lost at the end of the turn.
                var lines = file.Tail.Read(1);
                file.IsFailing = false;
                if (lines.Count == 0)
                    return false;
                _isDirty = true;
                metrics.Lines(lines.Count, "file");
                // Two when a file ends without a line's end and another follows.
                foreach (var line in lines)
                    Judge(file, line, isDirect, now);
            }

            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (!file.IsFailing)
            {
                metrics.Error("log_read");
                JailLog.LogNotRead(logger, file.Path, error.Message);
            }

            file.IsFailing = true;
            return false;
        }
    }

    private void Judge(FollowedFile file, string line, bool isDirect, DateTimeOffset now)
    {
        var verdict = file.Judge(line, now);
        if (verdict.TimedOut)
            metrics.LineTimedOut("file");
        if (verdict.Kind != LineVerdictKind.Matched || verdict.Address is not { } address)
            return;
        metrics.Offence("fail2ban");
        sentencing.Count(file.Jail.Rule, address, isDirect, verdict.Time, "log_line");
    }

    private void Load()
    {
        _saved = time.GetTimestamp();
        if (PlacesFile is not { } path)
            return;
        try
        {
            _places = LogPlaces.Read(path);
            foreach (var key in _places.Keys)
                _left.Enqueue(key);
        }
        catch (InvalidDataException damage)
        {
            metrics.Error("state_read");
            try
            {
                JailLog.Damaged(logger, path, damage.Message, CheckedFile.SetAside(path, time.GetUtcNow()));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                JailLog.NotRead(logger, path, error.Message);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            metrics.Error("state_read");
            JailLog.NotRead(logger, path, error.Message);
        }
    }

    private void Save()
    {
        if (!_isDirty || PlacesFile is not { } path)
            return;
        _saved = time.GetTimestamp();
        try
        {
            var followed = _files.Where(f => f.Value.Tail.Position is not null).Select(f => KeyValuePair.Create(f.Key, f.Value.Tail.Position!));
            LogPlaces.Write(path, followed.Concat(_places.Where(p => !_files.ContainsKey(p.Key))));
            _isDirty = false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            metrics.Error("state_write");
            JailLog.NotWritten(logger, path, error.Message);
        }
    }
}
