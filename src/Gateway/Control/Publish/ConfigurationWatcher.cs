using Weir.Gateway.Control.Sources;

namespace Weir.Gateway.Control.Publish;

/// <summary>
/// Looks at the files' content once a second. Content and not change notifications: a ConfigMap swaps a symbolic link two
/// levels up, editors rename over the file, network file systems notify nobody, and all of them change the content. So with a file that
/// the configuration names, see <see cref="NamedFiles"/>.
/// </summary>
internal sealed class ConfigurationWatcher(
    SettingsSources sources, ConfigurationPublisher publisher, NamedFiles named, TimeProvider clock, ILogger<ConfigurationWatcher> log) : BackgroundService
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Looks between two attempts at the same files, while they are not in use.</summary>
    public const int LooksPerRetry = 10;

    private (string? Path, string Print) _named = (named.Path, named.Print());
    private string? _handled;
    private string? _seen;
    private bool _isInUse = true;
    private int _looks;

    /// <summary>One look; public to tests through the assembly so that they need not wait.</summary>
    /// <returns>True when a changed or formerly rejected configuration was tried, put into use or rejected.</returns>
    public async Task<bool> LookAsync(CancellationToken cancel)
    {
        _handled ??= publisher.ActiveHash;
        var snapshot = sources.Take();
        var isStable = snapshot.Hash == _seen;
        _seen = snapshot.Hash;
        var print = named.Print();
        if (snapshot.Hash == _handled && print == _named.Print)
        {
            // Whether these files are good may hang on others, a TokenFile or a certificate, that nobody watches.
            if (_isInUse || ++_looks < LooksPerRetry)
                return false;
        }
        else if (!isStable && !snapshot.IsWhole)
        {
            // A file that is being written is not JSON yet: it gets until the next look to become whole.
            return false;
        }

        // Not in use until the reload says so: an exception in it leads to a retry like a fault does.
        var path = named.Path;
        (_handled, _named, _isInUse, _looks) = (snapshot.Hash, (path, print), false, 0);
        _isInUse = await publisher.ReloadAsync(snapshot, cancel);
        // Another file may be named now; of the same one a change since the look is news.
        if (named.Path != path)
            _named = (named.Path, named.Print());
        return true;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The watcher must outlive whatever one look ran into, or no later change would ever be seen.
                ConfigurationLog.WatchFailed(log, e);
            }
        }
    }
}
