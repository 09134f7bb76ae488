using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;

namespace Weir.Policies.Firewall;

/// <summary>What the attributes of <see cref="FirewallOptions"/> cannot say.</summary>
public sealed class FirewallOptionsValidator : IValidateOptions<FirewallOptions>
{
    // sun_path of Linux has 108 bytes, the zero at the end included.
    private const int MaxSocketBytes = 107;

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, FirewallOptions options)
    {
        const string Section = FirewallOptions.Section;
        var errors = new List<string>();
        if (!Path.IsPathRooted(options.Socket) || Encoding.UTF8.GetByteCount(options.Socket) > MaxSocketBytes)
            errors.Add($"{Section}:Socket is '{options.Socket}'; allowed: a full path of at most {MaxSocketBytes} bytes.");
        for (var i = 0; i < options.Never.Count; i++)
        {
            if (!Networks.TryParse(options.Never[i], out _))
                errors.Add($"{Section}:Never:{i} is '{options.Never[i]}'; allowed: an address or a network such as 192.0.2.0/24 or 2001:db8::/32, without bits behind its prefix.");
        }

        NextHop(options.Feeds.NextHop, nameof(FeedOptions.NextHop), AddressFamily.InterNetwork, "IPv4", errors);
        NextHop(options.Feeds.NextHop6, nameof(FeedOptions.NextHop6), AddressFamily.InterNetworkV6, "IPv6", errors);
        if (!Community.TryParse(options.Feeds.Community, out _))
            errors.Add($"{Section}:Feeds:Community is '{options.Feeds.Community}'; allowed: two numbers of 0 to 65535 with a colon between them, such as 65535:666.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void NextHop(string value, string key, AddressFamily family, string word, List<string> errors)
    {
        if (value != "self" && !(IPAddress.TryParse(value, out var address) && address.AddressFamily == family && address.ToString() == value))
            errors.Add($"{FirewallOptions.Section}:Feeds:{key} is '{value}'; allowed: an {word} address as it is usually written, or self.");
    }
}
