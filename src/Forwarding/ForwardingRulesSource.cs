using Microsoft.Extensions.Options;

namespace Weir.Forwarding;

/// <summary>The rules now; replaced as one when the configuration is published.</summary>
internal sealed class ForwardingRulesSource : IDisposable
{
    private readonly IDisposable? _subscription;
    private ForwardingRules _current;

    public ForwardingRulesSource(IOptionsMonitor<ForwardingOptions> options)
    {
        _current = ForwardingRules.Of(options.CurrentValue);
        _subscription = options.OnChange(o => Volatile.Write(ref _current, ForwardingRules.Of(o)));
    }

    public ForwardingRules Current => Volatile.Read(ref _current);

    public void Dispose() => _subscription?.Dispose();
}
