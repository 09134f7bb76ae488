using Weir.Stores.Redis;

namespace Weir.Policies.State;

/// <summary>The client's options out of the section.</summary>
internal static class RedisSettings
{
    /// <summary>Longest pause before a connection is tried again.</summary>
    public static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(2);

    /// <summary>Null when no server is named.</summary>
    /// <param name="options">Validated.</param>
    /// <param name="clientName">Name of the connections.</param>
    public static RedisOptions? Of(StateOptions options, string clientName)
    {
        var redis = options.Redis;
        RedisUrl? url = null;
        if (redis.Url is not null && !RedisUrl.TryParse(redis.Url, out url))
            return null;
        if (url is null && redis.Endpoints.Count + redis.Sentinels.Count == 0)
            return null;
        return new RedisOptions
        {
            Endpoints = url is null ? Parse(redis.Endpoints) : [url.Endpoint],
            Sentinels = [.. Parse(redis.Sentinels)],
            MasterName = redis.MasterName,
            User = url?.User ?? redis.User,
            Password = url?.GetPassword() is { } inUrl ? () => inUrl
                : redis.PasswordFile is { } file ? () => ReadFile(file)
                : redis.Password is { } plain ? () => plain
                : null,
            SentinelPassword = redis.SentinelPasswordFile is { } sentinels ? () => ReadFile(sentinels) : null,
            Database = url?.Database ?? redis.Database,
            ClientName = clientName,
            Tls = url is { IsTls: true } || redis.Tls.Enabled ? Tls(redis.Tls) : null,
            ConnectTimeout = redis.ConnectTimeout,
            CommandTimeout = redis.CommandTimeout,
            MaxBackoff = MaxBackoff,
            Limits = new RedisLimits { MaxReplyBytes = 16 * 1024 * 1024, MaxItems = 100_000 },
        };
    }

    private static RedisEndpoint[] Parse(List<string> endpoints) => [.. endpoints.Select(e => RedisEndpoint.Parse(e)).OfType<RedisEndpoint>()];

    private static string ReadFile(string path) => File.ReadAllText(path).Trim();

    private static RedisTls Tls(StateTlsOptions tls) => new()
    {
        CaFile = tls.CaFile,
        Verify = tls.Verify,
        ServerName = tls.ServerName,
        CertificateFile = tls.CertificateFile,
        KeyFile = tls.KeyFile,
    };
}
