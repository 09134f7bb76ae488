using System.Net;
using System.Net.Sockets;
using Weir.Fail2ban.Filters;

namespace Weir.Fail2ban.Jails;

/// <summary>Reads <c>ignoreip</c>: addresses, networks (by length or by mask) and names of hosts.</summary>
internal static class IgnoredHosts
{
    private const int MaxNames = 100;

    public static IReadOnlyList<IPNetwork> Read(string text, Func<string, IPAddress[]> resolve, Action<string> complain)
    {
        var networks = new List<IPNetwork>();
        int names = 0;
        foreach (string word in text.Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Network(word) is { } network)
            {
                networks.Add(network);
            }
            else if (word.Contains('/', StringComparison.Ordinal) || word.Contains(':', StringComparison.Ordinal))
            {
                complain($"\"{word}\" is neither an address nor a network");
            }
            else if (++names > MaxNames)
            {
                complain($"has more than {MaxNames} names of hosts; \"{word}\" is not looked up");
            }
            else
            {
                Add(networks, word, resolve, complain);
            }
        }

        return networks;
    }

    private static void Add(List<IPNetwork> networks, string name, Func<string, IPAddress[]> resolve, Action<string> complain)
    {
        try
        {
            networks.AddRange(resolve(name).Select(static address => Of(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)));
        }
        catch (Exception fault) when (fault is SocketException or ArgumentException)
        {
            complain($"\"{name}\" cannot be looked up: {fault.Message}");
        }
    }

    private static IPNetwork Of(IPAddress address) => new(address, address.GetAddressBytes().Length * 8);

    private static IPNetwork? Network(string word)
    {
        int slash = word.IndexOf('/', StringComparison.Ordinal);
        string host = (slash < 0 ? word : word[..slash]).Trim('[', ']');
        if (HostText.Parse(host) is not { } address)
        {
            return null;
        }

        if (slash < 0)
        {
            return Of(address);
        }

        byte[] bytes = address.GetAddressBytes();
        int bits = bytes.Length * 8;
        string mask = word[(slash + 1)..];
        int? length = int.TryParse(mask, out int number) && number >= 0 && number <= bits
            ? number
            : HostText.Parse(mask) is { } netmask && netmask.AddressFamily == address.AddressFamily ? Length(netmask.GetAddressBytes()) : null;
        if (length is not { } prefix)
        {
            return null;
        }

        // The base address: IPNetwork wants the bits behind the prefix to be 0.
        for (int bit = prefix; bit < bits; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), prefix);
    }

    private static int? Length(byte[] mask)
    {
        int length = 0;
        while (length < mask.Length * 8 && (mask[length / 8] & (0x80 >> (length % 8))) != 0)
        {
            length++;
        }

        for (int bit = length; bit < mask.Length * 8; bit++)
        {
            if ((mask[bit / 8] & (0x80 >> (bit % 8))) != 0)
            {
                return null;
            }
        }

        return length;
    }
}
