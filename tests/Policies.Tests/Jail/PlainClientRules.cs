using System.Net;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Bans;

namespace Weir.Policies.Tests.Jail;

/// <summary>IPv6 by /64, nobody is trusted.</summary>
internal sealed class PlainClientRules : IClientRules
{
    private const int V6Prefix = 64;

    public ulong KeyOf(IPAddress? address) =>
        !NetworkKey.TryOf(address, out var key) ? 0 : key.IsV4 ? (uint)key.Low : key.High;

    public IPNetwork NetworkOf(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? new IPNetwork(address, 32)
        : NetworkKey.TryOf(address, out var key) ? key.Masked(key.IsV4 ? 128 : V6Prefix).ToNetwork() : default;

    public bool IsTrusted(IPAddress? address) => false;
}
