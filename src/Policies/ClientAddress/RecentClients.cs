using System.Net;

namespace Weir.Policies.ClientAddress;

/// <summary>Features and networks of the clients seen last, so that one that comes again makes none. At most 4096 of each, about 700 KB.</summary>
internal sealed class RecentClients(ClientRules rules)
{
    private const int Bits = 12;

    private readonly ClientFeature?[] _features = new ClientFeature?[1 << Bits];
    private readonly NetworkOfClient?[] _networks = new NetworkOfClient?[1 << Bits];

    /// <param name="isNamed">A trusted proxy has named it as the client, which is counted also when its address is listed.</param>
    public ClientFeature Feature(PlainAddress address, bool isDirect, bool isNamed)
    {
        ref var place = ref _features[Place(address.Bits)];
        var feature = Volatile.Read(ref place);
        if (feature is null || feature.Plain != address || feature.IsDirect != isDirect || feature.IsNamed != isNamed)
        {
            feature = new ClientFeature(rules.KeyOf(address), address.ToIPAddress(), isDirect, !isNamed && rules.IsTrusted(address), isNamed);
            Volatile.Write(ref place, feature);
        }

        return feature;
    }

    /// <param name="first">The network's first address.</param>
    /// <param name="prefix">As <see cref="IPNetwork.PrefixLength"/>; follows from the address's family, so that it need not be compared.</param>
    public IPNetwork Network(PlainAddress first, int prefix)
    {
        ref var place = ref _networks[Place(first.Bits)];
        var network = Volatile.Read(ref place);
        if (network is null || network.First != first)
        {
            network = new NetworkOfClient(first, new IPNetwork(first.ToIPAddress(), prefix));
            Volatile.Write(ref place, network);
        }

        return network.Network;
    }

    // Fibonacci hashing: neighbouring addresses land apart. A clash only costs an allocation.
    private static int Place(UInt128 bits) =>
        (int)((((ulong)bits ^ ((ulong)(bits >> 64) * 0xC2B2_AE3D_27D4_EB4F)) * 0x9E37_79B9_7F4A_7C15) >> (64 - Bits));

    private sealed record NetworkOfClient(PlainAddress First, IPNetwork Network);
}
