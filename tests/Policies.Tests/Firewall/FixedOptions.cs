using Microsoft.Extensions.Options;

namespace Weir.Policies.Tests.Firewall;

/// <summary>Options that a test changes as a reload would.</summary>
internal sealed class FixedOptions<T>(T value) : IOptionsMonitor<T>
{
    private event Action<T, string?>? Changed;

    public T CurrentValue { get; private set; } = value;

    public T Get(string? name) => CurrentValue;

    public void Publish(T changed)
    {
        CurrentValue = changed;
        Changed?.Invoke(changed, null);
    }

    public IDisposable? OnChange(Action<T, string?> listener)
    {
        Changed += listener;
        return null;
    }
}
