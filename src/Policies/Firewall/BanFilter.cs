using System.Net;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;

namespace Weir.Policies.Firewall;

/// <summary>Which bans may leave the gateway: dropping packets hits whoever else sends from that address.</summary>
public sealed class BanFilter : IDisposable
{
    private readonly IClientRules? _clients;
    private readonly IOwnAddresses[] _own;
    private readonly IDisposable? _subscription;
    private volatile IPNetwork[] _never;

    /// <param name="options">The list of what is never dropped; it follows a reload.</param>
    /// <param name="clients">Who is a trusted proxy.</param>
    /// <param name="own">What the gateway cannot do without.</param>
    public BanFilter(IOptionsMonitor<FirewallOptions> options, IEnumerable<IClientRules> clients, IEnumerable<IOwnAddresses>? own = null)
    {
        _clients = clients.FirstOrDefault();
        _own = [.. own ?? []];
        _never = Parse(options.CurrentValue);
        _subscription = options.OnChange((changed, _) => _never = Parse(changed));
    }

    /// <summary>Why a ban stays with the gateway itself: <c>indirect</c>, <c>too_large</c>, <c>never</c>, <c>own</c> or <c>trusted</c>; null when it may go out.</summary>
    public string? WhyNot(Ban ban)
    {
        if (!ban.IsDirect)
            return "indirect";
        var network = Networks.Normalize(ban.Network);
        if (Networks.IsTooLarge(network))
            return "too_large";
        foreach (var never in _never)
        {
            if (Networks.Overlap(never, network))
                return "never";
        }

        foreach (var own in _own)
        {
            if (own.Overlaps(network))
                return "own";
        }

        return _clients?.HoldsTrusted(network) == true ? "trusted" : null;
    }

    /// <inheritdoc />
    public void Dispose() => _subscription?.Dispose();

    private static IPNetwork[] Parse(FirewallOptions options) =>
        [.. options.Never.Select(text => (Good: Networks.TryParse(text, out var network), network)).Where(n => n.Good).Select(n => n.network)];
}
