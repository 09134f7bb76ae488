using System.Globalization;
using Microsoft.Extensions.Options;
using Weir.Stores.Redis;

namespace Weir.Policies.State;

/// <summary>What the attributes of <see cref="StateOptions"/> cannot say.</summary>
public sealed class StateOptionsValidator : IValidateOptions<StateOptions>
{
    private const string Redis = StateOptions.Section + ":Redis";

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, StateOptions options)
    {
        var errors = new List<string>();
        if (options.ReplicaTimeout < 3 * options.HeartbeatInterval)
        {
            errors.Add(string.Create(CultureInfo.InvariantCulture,
                $"{StateOptions.Section}:ReplicaTimeout is {options.ReplicaTimeout}; allowed: at least three times HeartbeatInterval, which is {options.HeartbeatInterval}."));
        }

        var redis = options.Redis;
        // The text itself may hold a password.
        if (redis.Url is not null && !RedisUrl.TryParse(redis.Url, out _))
            errors.Add($"{Redis}:Url cannot be read; allowed: redis://user@host:6379/0, rediss://, unix:///path or host:port (the value is not shown, it may hold a password).");
        Each(redis.Endpoints, "Endpoints", errors);
        Each(redis.Sentinels, "Sentinels", errors);
        var ways = (redis.Url is null ? 0 : 1) + (redis.Endpoints.Count > 0 ? 1 : 0) + (redis.Sentinels.Count > 0 ? 1 : 0);
        if (ways > 1)
            errors.Add($"{Redis} names {ways} of Url, Endpoints and Sentinels; allowed: one of them.");
        if (redis is { Password: not null, PasswordFile: not null })
            errors.Add($"{Redis}:Password and {Redis}:PasswordFile are both set; allowed: one of them.");
        if (redis.Tls is { KeyFile: not null, CertificateFile: null })
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
