using System.Net;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;

namespace Weir.Policies.Firewall;

/// <summary>Which bans may leave the gateway: dropping packets hits whoever else sends from that address.</summary>
public sealed class BanFilter : IDisposable
{
    private readonly IClientRules? _clients;
    private readonly IDisposable? _subscription;
    private volatile IPNetwork[] _never;

    /// <param name="options">The list of what is never dropped; it follows a reload.</param>
    /// <param name="clients">Who is a trusted proxy.</param>
    public BanFilter(IOptionsMonitor<FirewallOptions> options, IEnumerable<IClientRules> clients)
    {
        _clients = clients.FirstOrDefault();
        _never = Parse(options.CurrentValue);
        _subscription = options.OnChange((changed, _) => _never = Parse(changed));
    }

    /// <summary>Why a ban stays with the gateway itself: <c>indirect</c>, <c>too_large</c>, <c>never</c> or <c>trusted</c>; null when it may go out.</summary>
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

        return _clients?.IsTrusted(network.BaseAddress) == true ? "trusted" : null;
    }

    /// <inheritdoc />
    public void Dispose() => _subscription?.Dispose();

    private static IPNetwork[] Parse(FirewallOptions options) =>
        [.. options.Never.Select(text => (Good: Networks.TryParse(text, out var network), network)).Where(n => n.Good).Select(n => n.network)];
}
