using System.Net;

namespace Weir.Policies.Contracts;

/// <summary>How addresses count, by the configuration of now. Implemented by the ClientAddress slice. None of it allocates.</summary>
public interface IClientRules
{
    /// <summary>
    /// The number that an address counts under: IPv4 (also when written as IPv6) its 32 bits, IPv6 its network (/64 unless
    /// configured otherwise); 0 for none.
    /// </summary>
    ulong KeyOf(IPAddress? address);

    /// <summary>What counts as one client with the address: IPv4 /32, IPv6 its network. An IPv4 address written as IPv6 becomes IPv4.</summary>
    IPNetwork NetworkOf(IPAddress address);

    /// <summary>True for a trusted proxy: it can be neither banned nor throttled.</summary>
    bool IsTrusted(IPAddress? address);

    /// <summary>True when a network has a trusted proxy in it: it cannot be banned. Without its own answer, that of its first address.</summary>
    bool HoldsTrusted(IPNetwork network) => IsTrusted(network.BaseAddress);
}
