using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;
using Weir.Policies.Firewall;
using Weir.Policies.State;
using Weir.Stores.Redis;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;

namespace Weir.Gateway.Connections;

/// <summary>
/// The machine's addresses, and those of the destinations and Redis servers that the configuration names. Names are looked up
/// every <see cref="Interval"/>; one that cannot be keeps the addresses it had. A Redis master that only a sentinel knows is not
/// among them.
/// </summary>
internal sealed class OwnAddresses(IServiceProvider services, IOptions<StateOptions> state, TimeProvider time)
    : BackgroundService, IOwnAddresses, IConfigChangeListener
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private const int LookupsAtOnce = 8;
    private static readonly TimeSpan LookupTime = TimeSpan.FromSeconds(5);

    // By name; those that the configuration no longer has are taken out, so it grows with the configuration only.
    private readonly ConcurrentDictionary<string, IPAddress[]> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _lock = new();
    private volatile HashSet<IPNetwork> _clients = [];
    private volatile TaskCompletionSource _woken = new();
    private IProxyStateLookup? _proxy;

    /// <inheritdoc />
    public event Action? Changed;

    /// <summary>How a name is looked up; a test has names of its own.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> LookUp { get; init; } = Dns.GetHostAddressesAsync;

    /// <inheritdoc />
    public bool Overlaps(IPNetwork network)
    {
        var clients = _clients;
        network = Networks.Normalize(network);
        if (clients.Contains(network))
            return true;
        if (Networks.IsClient(network))
            return false;
        foreach (var client in clients)
        {
            if (Networks.Overlap(client, network))
                return true;
        }

        return false;
    }

    /// <summary>Addresses written as such count from here on; names once they are looked up.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Late: YARP's look-up itself needs every listener, and this is one.
        _proxy = services.GetRequiredService<IProxyStateLookup>();
        Publish();
        return base.StartAsync(cancellationToken);
    }

    void IConfigChangeListener.ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
        if (_proxy is null)
            return;
        Publish();
        _woken.TrySetResult();
    }

    void IConfigChangeListener.ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
    }

    void IConfigChangeListener.ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception)
    {
    }

    void IConfigChangeListener.ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception)
    {
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            _woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var names = Hosts().Where(h => !IPAddress.TryParse(h, out _)).ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (var gone in _byName.Keys.Where(n => !names.Contains(n)))
                _byName.TryRemove(gone, out _);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = LookupsAtOnce, CancellationToken = stoppingToken };
            await Parallel.ForEachAsync(names, parallel, LookUpAsync);
            Publish();
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(Task.Delay(Interval, time, wait.Token), _woken.Task);
            await wait.CancelAsync();
            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    private async ValueTask LookUpAsync(string name, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(LookupTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            _byName[name] = await LookUp(name, either.Token);
        }
        catch (Exception error) when (error is SocketException or ArgumentException || (error is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            // What it was known by last goes on to count. That the name is bad is told by those who connect to it.
        }
    }

    private void Publish()
    {
        lock (_lock)
        {
            HashSet<IPNetwork> now = [.. Machine().Concat(Hosts().SelectMany(AddressesOf)).Select(ClientOf)];
            if (now.SetEquals(_clients))
                return;
            _clients = now;
        }

        Changed?.Invoke();
    }

    private IPAddress[] AddressesOf(string host) =>
        IPAddress.TryParse(host, out var address) ? [address] : _byName.GetValueOrDefault(host) ?? [];

    private IEnumerable<string> Hosts()
    {
        foreach (var destination in _proxy!.GetClusters().SelectMany(c => c.Destinations.Values).Select(d => d.Model.Config))
        {
            foreach (var url in new[] { destination.Address, destination.Health })
            {
                if (Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.IdnHost.Length > 0)
                    yield return parsed.IdnHost;
            }
        }

        var redis = state.Value.Redis;
        var endpoints = redis.Endpoints.Concat(redis.Sentinels).Select(e => RedisEndpoint.Parse(e)).Append(RedisUrl.TryParse(redis.Url, out var one) ? one.Endpoint : null);
        foreach (var endpoint in endpoints)
        {
            if (endpoint is { IsUnix: false })
                yield return endpoint.Host;
        }
    }

    private static IEnumerable<IPAddress> Machine()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address)];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    // As the kernel's sets have them, so that most bans cost one look-up here.
    private static IPNetwork ClientOf(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes());
        if (plain.AddressFamily == AddressFamily.InterNetwork)
            return new IPNetwork(plain, 32);
        var bytes = plain.GetAddressBytes();
        bytes.AsSpan(Networks.ClientPrefix6 / 8).Clear();
        return new IPNetwork(new IPAddress(bytes), Networks.ClientPrefix6);
    }
}
