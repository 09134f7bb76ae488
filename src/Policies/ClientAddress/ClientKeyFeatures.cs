using System.Net;

namespace Weir.Policies.ClientAddress;

/// <summary>Features of the clients seen last, so that a request on a kept connection makes none. At most 4096, about 130 KB.</summary>
internal sealed class ClientKeyFeatures
{
    private const int Bits = 12;

    private readonly ClientKeyFeature?[] _recent = new ClientKeyFeature?[1 << Bits];

    public ClientKeyFeature For(IPAddress? address)
    {
        var key = ClientKey.Of(address);
        // Fibonacci hashing: neighbouring addresses land apart. A clash only costs an allocation.
        ref var place = ref _recent[(key * 0x9E37_79B9_7F4A_7C15) >> (64 - Bits)];
        var feature = Volatile.Read(ref place);
        if (feature is null || feature.ClientKey != key || !Equals(feature.Address, address))
        {
            feature = new ClientKeyFeature(key, address);
            Volatile.Write(ref place, feature);
        }

        return feature;
    }
}
