using Weir.Gateway.Control.Sources;

namespace Weir.Gateway.Control.Publish;

/// <summary>
/// Looks at the files' content once a second. Content and not change notifications: a ConfigMap swaps a symbolic link two
/// levels up, editors rename over the file, network file systems notify nobody, and all of them change the content.
/// </summary>
internal sealed class ConfigurationWatcher(
    SettingsSources sources, ConfigurationPublisher publisher, TimeProvider clock, ILogger<ConfigurationWatcher> log) : BackgroundService
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private string? _handled;
    private string? _seen;

    /// <summary>One look; public to tests through the assembly so that they need not wait.</summary>
    /// <returns>True when a changed configuration was dealt with, put into use or rejected.</returns>
    public async Task<bool> LookAsync(CancellationToken cancel)
    {
        _handled ??= publisher.ActiveHash;
        var snapshot = sources.Take();
        var isStable = snapshot.Hash == _seen;
        _seen = snapshot.Hash;
        // A file that is being written is not JSON yet: it gets until the next look to become whole.
        if (snapshot.Hash == _handled || (!isStable && !snapshot.IsWhole))
            return false;
        _handled = snapshot.Hash;
        await publisher.ReloadAsync(snapshot, cancel);
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
