using Weir.Stores.Redis;

namespace Weir.Policies.Caching.Stores.Redis;

/// <summary>The client's options out of the section.</summary>
internal static class RedisStoreSettings
{
    /// <param name="options">Validated; names a server.</param>
    /// <param name="clientName">Name of the connections.</param>
    public static RedisOptions Of(RedisStoreOptions options, string? clientName)
    {
        var url = RedisUrl.TryParse(options.Url, out var read) ? read : null;
        return new RedisOptions
        {
            Endpoints = url is null ? Parse(options.Endpoints) : [url.Endpoint],
            Sentinels = Parse(options.Sentinels),
            MasterName = options.MasterName,
            User = url?.User ?? options.User,
            Password = url?.GetPassword() is { } inUrl ? () => inUrl
                : options.PasswordFile is { } file ? () => ReadFile(file)
                : options.Password is { } plain ? () => plain
                : null,
            SentinelPassword = options.SentinelPasswordFile is { } sentinels ? () => ReadFile(sentinels) : null,
            Database = url?.Database ?? options.Database,
            ClientName = clientName,
            Tls = url is { IsTls: true } || options.Tls.Enabled ? Tls(options.Tls) : null,
            Connections = options.Connections,
            ConnectTimeout = options.ConnectTimeout,
            CommandTimeout = options.Timeout,
            MaxInFlightBytes = Math.Max(64L * 1024 * 1024, 2L * options.MaxEntryBytes),
            MaxBackoff = TimeSpan.FromSeconds(2),
            // Somebody else's value may be longer than ours, but not without end.
            Limits = new RedisLimits { MaxReplyBytes = options.MaxEntryBytes + (64 * 1024), MaxItems = 1000, KeepsValues = true },
        };
    }

    private static RedisEndpoint[] Parse(List<string> endpoints) => [.. endpoints.Select(e => RedisEndpoint.Parse(e)).OfType<RedisEndpoint>()];

    private static string ReadFile(string path) => File.ReadAllText(path).Trim();

    private static RedisTls Tls(RedisStoreTlsOptions tls) => new()
    {
        CaFile = tls.CaFile,
        Verify = tls.Verify,
        ServerName = tls.ServerName,
        CertificateFile = tls.CertificateFile,
        KeyFile = tls.KeyFile,
    };
}
