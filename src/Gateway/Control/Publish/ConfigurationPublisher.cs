using Weir.Gateway.Control.Compile;
using Weir.Gateway.Control.Sources;

namespace Weir.Gateway.Control.Publish;

/// <summary>
/// Puts a configuration into use, whole or not at all. Requests in flight keep what they started with: YARP's models and
/// our options are immutable once published.
/// </summary>
internal sealed class ConfigurationPublisher : IConfigurationStatus, IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly ConfigurationCompiler _compiler;
    private readonly PublishedConfiguration _published;
    private readonly IPublishedOptions[] _sections;
    private readonly ConfigurationMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<ConfigurationPublisher> _log;
    private volatile State _state;

    public ConfigurationPublisher(
        ConfigurationCompiler compiler,
        PublishedConfiguration published,
        CompiledConfiguration first,
        IEnumerable<IPublishedOptions> sections,
        ConfigurationMetrics metrics,
        TimeProvider clock,
        ILogger<ConfigurationPublisher> log)
    {
        _compiler = compiler;
        _published = published;
        _sections = [.. sections];
        _metrics = metrics;
        _clock = clock;
        _log = log;
        _state = new State(first.Hash, clock.GetUtcNow(), null, null, []);
    }

    /// <inheritdoc />
    public string ActiveHash => _state.Hash;

    /// <inheritdoc />
    public DateTimeOffset ActiveSince => _state.Since;

    /// <inheritdoc />
    public bool LastReloadSuccessful => _state.Errors.Count == 0;

    /// <inheritdoc />
    public DateTimeOffset? RejectedAt => _state.RejectedAt;

    /// <inheritdoc />
    public IReadOnlyList<ConfigurationError> LastErrors => _state.Errors;

    /// <summary>Compiles what the files hold now and publishes it if it is good.</summary>
    /// <returns>True when it was published.</returns>
    public async Task<bool> ReloadAsync(SettingsSnapshot snapshot, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            var started = _clock.GetTimestamp();
            var result = await _compiler.CompileAsync(snapshot);
            if (!result.IsGood)
            {
                Reject(snapshot.Hash, result.Errors);
                return false;
            }

            Publish(result.Candidate);
            ConfigurationLog.Reloaded(_log, result.Candidate.Hash[..12], _clock.GetElapsedTime(started).TotalMilliseconds);
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _one.Dispose();

    /// <summary>Remembers why the files on disk are not in use. The same files tried again with the same result are no news.</summary>
    private void Reject(string hash, IReadOnlyList<ConfigurationError> errors)
    {
        var before = _state;
        if (before.RejectedHash == hash && before.Errors.SequenceEqual(errors))
            return;
        _state = before with { RejectedHash = hash, RejectedAt = _clock.GetUtcNow(), Errors = errors };
        _metrics.Rejected();
        ConfigurationLog.Rejected(_log, errors.Count);
        foreach (var error in errors)
            ConfigurationLog.Fault(_log, error.Message, error.Origin);
    }

    private void Publish(CompiledConfiguration next)
    {
        foreach (var section in _sections)
            section.Take(next);
        // Fires the reload token that YARP, Kestrel and logging listen to.
        Try(() => _published.Publish(next.Settings));
        foreach (var section in _sections)
            Try(section.Tell);
        _state = new State(next.Hash, _clock.GetUtcNow(), null, _state.RejectedAt, []);
        _metrics.Published();
    }

    /// <summary>A listener that throws must not keep the others from hearing: half a publication is what must not be.</summary>
    private void Try(Action tell)
    {
        try
        {
            tell();
        }
        catch (Exception e)
        {
            ConfigurationLog.ListenerFailed(_log, e);
        }
    }

    private sealed record State(string Hash, DateTimeOffset Since, string? RejectedHash, DateTimeOffset? RejectedAt, IReadOnlyList<ConfigurationError> Errors);
}
