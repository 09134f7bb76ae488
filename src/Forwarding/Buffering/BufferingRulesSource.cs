using Microsoft.Extensions.Options;

namespace Weir.Forwarding.Buffering;

/// <summary>The rules now; replaced as one when the configuration is published.</summary>
internal sealed class BufferingRulesSource : IDisposable
{
    private readonly IDisposable? _subscription;
    private BufferingRules _current;

    public BufferingRulesSource(IOptionsMonitor<BufferingOptions> options)
    {
        _current = new BufferingRules(options.CurrentValue);
        _subscription = options.OnChange(o => Volatile.Write(ref _current, new BufferingRules(o)));
    }

    public BufferingRules Current => Volatile.Read(ref _current);

    public void Dispose() => _subscription?.Dispose();
}
