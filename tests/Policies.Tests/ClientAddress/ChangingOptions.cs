using Microsoft.Extensions.Options;
using Weir.Policies.ClientAddress;

namespace Weir.Policies.Tests.ClientAddress;

/// <summary>Options that a test changes as a reload does.</summary>
internal sealed class ChangingOptions(ClientAddressOptions first) : IOptionsMonitor<ClientAddressOptions>
{
    private Action<ClientAddressOptions, string?>? _listener;

    public ClientAddressOptions CurrentValue { get; private set; } = first;

    public ClientAddressOptions Get(string? name) => CurrentValue;

    public IDisposable? OnChange(Action<ClientAddressOptions, string?> listener)
    {
        _listener += listener;
        return null;
    }

    public void Publish(ClientAddressOptions options)
    {
        CurrentValue = options;
        _listener?.Invoke(options, null);
    }
}
