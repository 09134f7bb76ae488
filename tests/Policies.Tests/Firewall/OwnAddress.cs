using System.Net;
using Weir.Policies.Contracts;

namespace Weir.Policies.Tests.Firewall;

/// <summary>One address that the gateway needs; the test changes it as a new configuration would.</summary>
internal sealed class OwnAddress(string address) : IOwnAddresses
{
    private volatile IPAddress _address = IPAddress.Parse(address);

    public event Action? Changed;

    public bool Overlaps(IPNetwork network) => network.Contains(_address);

    public void Becomes(string other)
    {
        _address = IPAddress.Parse(other);
        Changed?.Invoke();
    }
}
