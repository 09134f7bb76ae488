using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Weir.Stores.Redis;

/// <summary>
/// <c>redis://user:password@host:6379/0</c>, <c>rediss://</c> for TLS, <c>unix:///path?db=0</c>, <c>host:port</c>. The string
/// form of this record has no password.
/// </summary>
/// <param name="Endpoint">Where the server listens.</param>
/// <param name="IsTls">True for <c>rediss</c>.</param>
/// <param name="User">User of the access list; null for the default user.</param>
/// <param name="Database">Number of the database; null when the URL names none.</param>
public sealed record RedisUrl(RedisEndpoint Endpoint, bool IsTls, string? User, int? Database)
{
    /// <summary>Null when the URL names none.</summary>
    internal string? Password { get; private init; }

    /// <summary>The password, for options that are made of this URL.</summary>
    public string? GetPassword() => Password;

    /// <summary>Reads one.</summary>
    /// <param name="text">The URL.</param>
    /// <param name="url">What it says.</param>
    /// <returns>False when it is none of the forms.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RedisUrl? url)
    {
        url = null;
        if (string.IsNullOrEmpty(text) || text.Length > 2048)
            return false;
        if (!text.Contains("://", StringComparison.Ordinal))
        {
            if (RedisEndpoint.Parse(text) is not { } plain)
                return false;
            url = new RedisUrl(plain, IsTls: false, User: null, Database: null);
            return true;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss" or "unix"))
            return false;
        var isUnix = uri.Scheme == "unix";
        var path = Uri.UnescapeDataString(uri.AbsolutePath);
        if (!TryDatabase(isUnix ? uri.Query.Replace("?db=", "/", StringComparison.Ordinal) : path, out var database) || (!isUnix && uri.Query.Length > 0))
            return false;
        if (isUnix ? path.Length < 2 || uri.Host.Length > 0 : uri.Host.Length == 0)
            return false;
        var endpoint = isUnix ? new RedisEndpoint(path, 0) : new RedisEndpoint(uri.Host.Trim('[', ']'), uri.Port > 0 ? uri.Port : 6379);
        var colon = uri.UserInfo.IndexOf(':', StringComparison.Ordinal);
        var user = Uri.UnescapeDataString(colon < 0 ? uri.UserInfo : uri.UserInfo[..colon]);
        url = new RedisUrl(endpoint, uri.Scheme == "rediss", user.Length == 0 ? null : user, database)
        {
            Password = colon < 0 ? null : Uri.UnescapeDataString(uri.UserInfo[(colon + 1)..]),
        };
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => $"{(Endpoint.IsUnix ? "unix" : IsTls ? "rediss" : "redis")}://{Endpoint}";

    private static bool TryDatabase(string path, out int? database)
    {
        database = null;
        if (path is "" or "/")
            return true;
        if (path[0] != '/' || !int.TryParse(path.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 65535)
            return false;
        database = number;
        return true;
    }
}
