using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Weir.Policies.Jail.Bans;

namespace Weir.Policies.Jail.State;

/// <summary>
/// Keeps the bans in a file: read before anything listens, written some seconds after a change and at the end. A file that
/// cannot be read or written is told and the gateway goes on.
/// </summary>
internal sealed class BanKeeper : IHostedLifecycleService, IDisposable
{
    /// <summary>For each so many lines the file waits once more for its delay: a long list is not written all the time.</summary>
    private const int LinesPerDelay = 20_000;

    private readonly BanList _bans;
    private readonly CurrentJail _jail;
    private readonly TimeProvider _time;
    private readonly JailMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _writing = new();
    private readonly string? _path;
    private int _isDirty;
    private int _isFailing;
    private bool _isUnread;

    public BanKeeper(
        BanList bans, CurrentJail jail, IOptions<JailOptions> options, TimeProvider time, JailMetrics metrics, ILogger<BanKeeper> logger)
    {
        (_bans, _jail, _time, _metrics, _logger) = (bans, jail, time, metrics, logger);
        _path = StatePath.Of(options.Value.StateFile, Environment.GetEnvironmentVariable);
        _timer = time.CreateTimer(_ => Save(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Where the bans are kept; null nowhere.</summary>
    public string? File => _path;

    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        Load();
        // After loading: what was read need not be written again.
        _bans.Changed += OnChanged;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Save();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _bans.Changed -= OnChanged;
        _timer.Dispose();
    }

    /// <summary>Writes what has changed since it was written last.</summary>
    public void Save()
    {
        lock (_writing)
        {
            if (_path is null || Interlocked.Exchange(ref _isDirty, 0) == 0)
                return;
            try
            {
                // What a file keeps that was not read is not lost: it is moved away, or nothing is written.
                if (_isUnread)
                    MoveAway();
                var (bans, history) = _bans.Snapshot();
                CheckedFile.Write(_path, BanLineFormat.Kind, bans.Select(BanLineFormat.Write).Concat(history.Select(BanLineFormat.Write)));
                _isFailing = 0;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                _metrics.Error("state_write");
                if (Interlocked.Exchange(ref _isFailing, 1) == 0)
                    JailLog.NotWritten(_logger, _path, error.Message);
                // A full disk may have room again later.
                OnChanged();
            }
        }
    }

    private void Load()
    {
        if (_path is null)
            return;
        try
        {
            if (CheckedFile.Read(_path, BanLineFormat.Kind) is not { } lines)
                return;
            var (bans, history) = BanLineFormat.Read(lines);
            var restored = _bans.Restore(bans, history);
            JailLog.Restored(_logger, restored, _path, bans.Count - restored);
        }
        catch (InvalidDataException damage)
        {
            _metrics.Error("state_read");
            SetAside(damage.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _metrics.Error("state_read");
            _isUnread = true;
            JailLog.NotRead(_logger, _path, error.Message);
        }
    }

    // Later than the fault: whoever mends the file's rights before a ban is made has it where it was.
    private void MoveAway()
    {
        if (System.IO.File.Exists(_path))
            JailLog.Unread(_logger, _path!, CheckedFile.SetAside(_path!, _time.GetUtcNow(), "unread"));
        _isUnread = false;
    }

    private void SetAside(string why)
    {
        try
        {
            JailLog.Damaged(_logger, _path!, why, CheckedFile.SetAside(_path!, _time.GetUtcNow()));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _isUnread = true;
            JailLog.NotRead(_logger, _path!, $"it is damaged ({why}) and cannot be set aside: {error.Message}");
        }
    }

    // The first change starts the clock; those that follow go into the same file.
    private void OnChanged()
    {
        if (Interlocked.Exchange(ref _isDirty, 1) == 0)
            _timer.Change(_jail.Now.SaveDelay * (1 + (_bans.Lines / LinesPerDelay)), Timeout.InfiniteTimeSpan);
    }
}
