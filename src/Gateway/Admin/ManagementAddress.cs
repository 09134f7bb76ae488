using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Weir.Gateway.Admin;

/// <summary>
/// Where the management listener binds. Only IP addresses and localhost: Kestrel would bind any other name to every interface.
/// </summary>
/// <param name="Ip">The address; null is localhost, both loopback addresses.</param>
/// <param name="Port">0 takes a free one.</param>
internal sealed record ManagementAddress(IPAddress? Ip, int Port)
{
    public bool IsLoopback => Ip is null || IPAddress.IsLoopback(Ip);

    /// <summary>Reads <c>http://127.0.0.1:9090</c>, <c>http://[::]:9090</c>, <c>http://localhost:9090</c>.</summary>
    public static bool TryParse(string? url, [NotNullWhen(true)] out ManagementAddress? address)
    {
        address = null;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp
            || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
        {
            return false;
        }

        if (IPAddress.TryParse(uri.DnsSafeHost, out var ip))
            address = new ManagementAddress(ip, uri.Port);
        else if (uri.DnsSafeHost.Equals("localhost", StringComparison.OrdinalIgnoreCase) && uri.Port != 0)
            address = new ManagementAddress(null, uri.Port);
        return address is not null;
    }
}
