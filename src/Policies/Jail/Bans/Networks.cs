using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Weir.Policies.Jail.Bans;

/// <summary>A short list of networks, asked one by one.</summary>
internal sealed class Networks(IEnumerable<IPNetwork> networks)
{
    public static readonly Networks None = new([]);

    private readonly NetworkKey[] _keys = [.. networks.Select(NetworkKey.Of)];

    public int Count => _keys.Length;

    /// <summary>True when a network of the list has an address in common with this one.</summary>
    public bool Overlap(NetworkKey network)
    {
        foreach (var key in _keys)
        {
            if (key.Overlaps(network))
                return true;
        }

        return false;
    }

    public bool Hold(IPAddress? address) => _keys.Length > 0 && NetworkKey.TryOf(address, out var key) && Overlap(key);

    /// <summary>Reads an address, or a network whose host bits may be set (they are cut off). Blanks around it do not count.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out IPNetwork? network)
    {
        network = null;
        var parts = (text ?? "").Trim().Split('/');
        // IPAddress.Parse takes 1 and 0x7f.1 too; nobody who writes a ban means those.
        if (parts.Length > 2 || !(parts[0].Contains(':') || parts[0].Count('.') == 3) || parts[0].Contains('%') || !IPAddress.TryParse(parts[0], out var address))
            return false;
        if (address.IsIPv4MappedToIPv6 && parts.Length == 1)
            address = address.MapToIPv4();
        NetworkKey.TryOf(address, out var key);
        var bits = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128;
        var length = bits;
        if (parts.Length == 2 && (!int.TryParse(parts[1], System.Globalization.NumberStyles.None, null, out length) || length > bits))
            return false;
        // A prefix of a mapped network that is shorter than ::ffff:0:0/96 is no IPv4 network.
        if (key.IsV4 && bits == 128 && length < 96)
            return false;
        network = key.Masked(bits == 32 ? length + 96 : length).ToNetwork();
        return true;
    }
}
