using Microsoft.Extensions.Options;

namespace Weir.Policies.Caching.Rules;

/// <summary>The rules now; replaced as one when the configuration is published.</summary>
internal sealed class CurrentCachingRules : IDisposable
{
    private readonly IDisposable? _subscription;
    private volatile CachingRules _now;

    public CurrentCachingRules(IOptionsMonitor<CachingOptions> options)
    {
        _now = new CachingRules(options.CurrentValue);
        _subscription = options.OnChange((changed, _) =>
        {
            _now = new CachingRules(changed);
            Changed?.Invoke(_now);
        });
    }

    /// <summary>Raised after a reload.</summary>
    public event Action<CachingRules>? Changed;

    public CachingRules Now => _now;

    public void Dispose() => _subscription?.Dispose();
}
