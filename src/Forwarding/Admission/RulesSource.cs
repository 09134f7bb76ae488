using Microsoft.Extensions.Options;

namespace Weir.Forwarding.Admission;

/// <summary>The rules now; replaced as one when the configuration is published.</summary>
internal sealed class RulesSource : IDisposable
{
    private readonly IDisposable? _subscription;
    private AdmissionRules _current;

    public RulesSource(IOptionsMonitor<AdmissionOptions> options)
    {
        _current = new AdmissionRules(options.CurrentValue);
        _subscription = options.OnChange(o => Volatile.Write(ref _current, new AdmissionRules(o)));
    }

    public AdmissionRules Current => Volatile.Read(ref _current);

    public void Dispose() => _subscription?.Dispose();
}
