using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Weir.Forwarding.Slots;

/// <summary>
/// Every upstream server that the configuration names, by canonical address. Only configuration adds servers, so the
/// table is as large as the farm, never as what a client asks for.
/// </summary>
public sealed class ServerDirectory
{
    /// <summary>
    /// Slots of a server about which nothing is known yet: Debian's shipped MaxRequestWorkers of 150 less the reserve of one.
    /// </summary>
    public const int DefaultLimit = 149;

    private readonly ConcurrentDictionary<string, ServerSlots> _servers = new(StringComparer.Ordinal);

    /// <summary>All servers, in no order.</summary>
    public IEnumerable<ServerSlots> All => _servers.Values;

    /// <summary>The server at an address, made with <see cref="DefaultLimit"/> when it is new.</summary>
    /// <param name="address">Any absolute http or https URL; path, query and case of the host are ignored.</param>
    public ServerSlots GetOrAdd(string address) =>
        _servers.GetOrAdd(Canonical(address), static a => new ServerSlots(a, DefaultLimit));

    /// <summary>The server at an address, if configuration named it.</summary>
    public bool TryGet(string address, [NotNullWhen(true)] out ServerSlots? server) =>
        _servers.TryGetValue(Canonical(address), out server);

    /// <summary>The server at an address that is canonical already.</summary>
    internal bool TryGetCanonical(string address, [NotNullWhen(true)] out ServerSlots? server) => _servers.TryGetValue(address, out server);

    /// <summary>Forgets the servers that configuration no longer names and that hold no request.</summary>
    public void Keep(IReadOnlySet<string> canonicalAddresses)
    {
        foreach (var (address, server) in _servers)
        {
            if (!canonicalAddresses.Contains(address) && server.InFlight == 0)
                _servers.TryRemove(address, out _);
        }
    }

    /// <summary><c>scheme://host:port</c>, lower case, port always written.</summary>
    /// <exception cref="UriFormatException">The text is no absolute URL.</exception>
    public static string Canonical(string address)
    {
        var uri = new Uri(address, UriKind.Absolute);
        // IdnHost has an IPv6 address without its brackets.
        var host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost;
        return $"{uri.Scheme}://{host}:{uri.Port}";
    }
}
