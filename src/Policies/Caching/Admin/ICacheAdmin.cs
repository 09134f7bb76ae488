namespace Weir.Policies.Caching.Admin;

/// <summary>What operators may ask of the cache and do to it. Any thread.</summary>
public interface ICacheAdmin
{
    /// <summary>False while <c>Weir:Cache:Enabled</c> is off: then nothing is stored, and a purge does nothing.</summary>
    bool IsEnabled { get; }

    /// <summary>How full the stores are, and how requests ended since the start.</summary>
    CacheFigures Figures();

    /// <summary>What is stored for a URL: one report for each stored variant on each route that may answer it.</summary>
    /// <param name="url">Absolute, http or https.</param>
    /// <param name="cancel">The caller's.</param>
    Task<IReadOnlyList<StoredReport>> ShowAsync(Uri url, CancellationToken cancel);

    /// <summary>Forgets, or makes stale, on this gateway and on all that share its Redis.</summary>
    /// <exception cref="ArgumentException">The target is not what its kind wants; the message says what is allowed.</exception>
    Task<PurgeReport> PurgeAsync(PurgeOrder order, CancellationToken cancel);
}
