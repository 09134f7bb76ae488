using Microsoft.Extensions.Options;

namespace Weir.Policies.Jail;

/// <summary>The rules now; replaced as one when the configuration is published.</summary>
internal sealed class CurrentJail : IDisposable
{
    private readonly IDisposable? _subscription;
    private volatile JailRules _now;

    public CurrentJail(IOptionsMonitor<JailOptions> options)
    {
        _now = new JailRules(options.CurrentValue);
        _subscription = options.OnChange((changed, _) =>
        {
            _now = new JailRules(changed);
            Changed?.Invoke();
        });
    }

    /// <summary>Raised after new rules are in force.</summary>
    public event Action? Changed;

    public JailRules Now => _now;

    public void Dispose() => _subscription?.Dispose();
}
