using System.Net.Security;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.Configuration;

namespace Weir.Forwarding.Connections;

/// <summary>The pools of every server. Only configuration adds servers and ways to reach them, so only it makes pools.</summary>
internal sealed class UpstreamPools : IDisposable
{
    /// <summary>How often pools close what is due: small beside every time-out that they keep.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(250);

    private readonly ServerDirectory _servers;
    private readonly IUpstreamConnector _connector;
    private readonly ForwardingRulesSource _rules;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private List<UpstreamPool> _all = [];

    public UpstreamPools(ServerDirectory servers, IUpstreamConnector connector, ForwardingRulesSource rules, TimeProvider clock)
    {
        (_servers, _connector, _rules, _clock) = (servers, connector, rules, clock);
        _timer = clock.CreateTimer(static p => ((UpstreamPools)p!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>The pool of a server as a cluster reaches it.</summary>
    /// <param name="server">The server.</param>
    /// <param name="client">The cluster's <c>HttpClient</c> section; null for its defaults.</param>
    public UpstreamPool Of(ServerSlots server, HttpClientConfig? client)
    {
        var key = server.IsTls ? UpstreamPoolKey.Of(client) : UpstreamPoolKey.Plain;
        foreach (var pool in server.Pools)
        {
            if (pool.Key == key)
                return pool;
        }

        return Make(server, key);
    }

    public void Dispose()
    {
        _timer.Dispose();
        foreach (var pool in Snapshot())
            pool.Retire();
    }

    private UpstreamPool Make(ServerSlots server, UpstreamPoolKey key)
    {
        lock (_lock)
        {
            if (Array.Find(server.Pools, p => p.Key == key) is { } made)
                return made;
            var address = new Uri(server.Address);
            var target = new UpstreamTarget(address, server.IsTls ? Tls(address, key) : null, () => _rules.Current.ConnectTimeout);
            var pool = new UpstreamPool(server, key, target, _connector, _clock);
            server.Pools = [.. server.Pools, pool];
            _all = [.. _all, pool];
            return pool;
        }
    }

    private void Sweep()
    {
        foreach (var pool in Snapshot())
        {
            pool.Sweep();
            if (_servers.TryGetCanonical(pool.Server.Address, out var known) && known == pool.Server)
                continue;
            // Its server left the configuration.
            pool.Retire();
            if (pool.IsInUse)
                continue;
            lock (_lock)
                _all = [.. _all.Where(p => p != pool)];
        }
    }

    private List<UpstreamPool> Snapshot()
    {
        lock (_lock)
            return _all;
    }

    private static SslClientAuthenticationOptions Tls(Uri address, UpstreamPoolKey key)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = address.IdnHost,
            EnabledSslProtocols = key.Protocols,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
        if (key.AcceptsAnyCertificate)
        {
#pragma warning disable CA5359, MA0039 // The operator asked for it: HttpClient:DangerousAcceptAnyServerCertificate.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359, MA0039
        }

        return options;
    }
}
