using Microsoft.Extensions.Options;

namespace Weir.Policies.RequestRules;

/// <summary>The rules now; replaced as one when the configuration is published.</summary>
internal sealed class CurrentRules : IDisposable
{
    private readonly IDisposable? _subscription;
    private volatile RuleSet _now;

    public CurrentRules(IOptionsMonitor<RequestRulesOptions> options)
    {
        _now = new RuleSet(options.CurrentValue);
        _subscription = options.OnChange((changed, _) => _now = new RuleSet(changed));
    }

    public RuleSet Now => _now;

    public void Dispose() => _subscription?.Dispose();
}
