using System.Net;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;

namespace Weir.Policies.ClientAddress;

/// <summary>The rules now; replaced as one when the configuration is published.</summary>
internal sealed class CurrentClientRules : IClientRules, IProxyProtocolRules, IDisposable
{
    private readonly IDisposable? _subscription;
    private volatile ClientRules _now;
    private volatile bool _mayBeProxied;

    public CurrentClientRules(IOptionsMonitor<ClientAddressOptions> options)
    {
        _now = new ClientRules(options.CurrentValue);
        _mayBeProxied = _now.SpeaksProxyProtocol;
        _subscription = options.OnChange((changed, _) => Take(new ClientRules(changed)));
    }

    public ClientRules Now => _now;

    /// <summary>True when there may be connections that began with a PROXY header; also after a reload that ended it, since they live on.</summary>
    public bool MayBeProxied => _mayBeProxied;

    public TimeSpan HeaderTimeout => _now.ProxyHeaderTimeout;

    public ulong KeyOf(IPAddress? address) => address is null ? ClientRules.Local : _now.KeyOf(PlainAddress.Of(address));

    public IPNetwork NetworkOf(IPAddress address) => _now.NetworkOf(PlainAddress.Of(address));

    public bool IsTrusted(IPAddress? address) => address is null || _now.IsTrusted(PlainAddress.Of(address));

    public bool HoldsTrusted(IPNetwork network) => _now.HoldsTrusted(network);

    public bool IsSpokenOn(string? endpoint)
    {
        foreach (var name in _now.ProxyEndpoints)
        {
            if (name == "*" || name.Equals(endpoint, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    public bool MaySend(IPAddress? peer) => peer is not null && _now.ProxySenders.Contains(PlainAddress.Of(peer));

    public void Dispose() => _subscription?.Dispose();

    private void Take(ClientRules rules)
    {
        if (rules.SpeaksProxyProtocol)
            _mayBeProxied = true;
        _now = rules;
    }
}
