namespace Weir.Farm.Feed;

/// <summary>One spelling for each server, the same as the slots' directory uses.</summary>
internal static class ServerAddress
{
    /// <summary><c>scheme://host:port</c>, lower case, port always written; null when the text is no absolute http or https URL.</summary>
    public static string? Canonical(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? $"{uri.Scheme}://{Host(uri)}:{uri.Port}"
            : null;

    // IdnHost has an IPv6 address without its brackets.
    private static string Host(Uri uri) => uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost;
}
