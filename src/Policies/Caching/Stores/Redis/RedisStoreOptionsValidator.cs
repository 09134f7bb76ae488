using Microsoft.Extensions.Options;
using Weir.Stores.Redis;

namespace Weir.Policies.Caching.Stores.Redis;

/// <summary>What the attributes of <see cref="RedisStoreOptions"/> cannot say. Naming no server is no error: there is no such store then.</summary>
public sealed class RedisStoreOptionsValidator : IValidateOptions<RedisStoreOptions>
{
    private const string Redis = RedisStoreOptions.Section;

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, RedisStoreOptions options)
    {
        var errors = new List<string>();
        // The text itself may hold a password.
        if (options.Url is not null && !RedisUrl.TryParse(options.Url, out _))
            errors.Add($"{Redis}:Url cannot be read; allowed: redis://user@host:6379/0, rediss://, unix:///path or host:port (the value is not shown, it may hold a password).");
        Each(options.Endpoints, "Endpoints", errors);
        Each(options.Sentinels, "Sentinels", errors);
        var ways = (options.Url is null ? 0 : 1) + (options.Endpoints.Count > 0 ? 1 : 0) + (options.Sentinels.Count > 0 ? 1 : 0);
        if (ways > 1)
            errors.Add($"{Redis} names {ways} of Url, Endpoints and Sentinels; allowed: one of them.");
        if (options is { Password: not null, PasswordFile: not null })
            errors.Add($"{Redis}:Password and {Redis}:PasswordFile are both set; allowed: one of them.");
        if (options.Tls is { KeyFile: not null, CertificateFile: null })
            errors.Add($"{Redis}:Tls:KeyFile is set without CertificateFile; allowed: both, or neither.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Each(List<string> endpoints, string key, List<string> errors)
    {
        for (var i = 0; i < endpoints.Count; i++)
        {
            if (RedisEndpoint.Parse(endpoints[i]) is null)
                errors.Add($"{Redis}:{key}:{i} is '{endpoints[i]}'; allowed: host:port, port 1 to 65535.");
        }
    }
}
