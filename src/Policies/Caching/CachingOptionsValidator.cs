using Microsoft.Extensions.Options;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Caching.Stores.Memcached;
using Weir.Policies.Caching.Stores.Redis;

namespace Weir.Policies.Caching;

/// <summary>What the attributes of <see cref="CachingOptions"/> cannot say.</summary>
public sealed class CachingOptionsValidator : IValidateOptions<CachingOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, CachingOptions options)
    {
        var errors = new List<string>();
        var memory = options.Memory;
        if (memory.MaxEntryBytes > memory.MaxBytes / 4)
            errors.Add($"{CachingOptions.Section}:Memory:MaxEntryBytes is {memory.MaxEntryBytes}; allowed: at most a quarter of MaxBytes, {memory.MaxBytes / 4}.");
        foreach (var (route, policy) in options.Routes)
        {
            if (!IsKnown(options, policy))
                errors.Add($"{CachingOptions.Section}:Routes:{route} is '{policy}'; allowed: {string.Join(", ", options.Policies.Keys.Append(CachingRules.DefaultPolicy).Distinct(StringComparer.OrdinalIgnoreCase))}.");
        }

        foreach (var (policy, values) in options.Policies)
            CachePolicyFaults.Add($"{CachingOptions.Section}:Policies:{policy}", values, errors);
        AddOf(new RedisStoreOptionsValidator().Validate(name, options.Redis), errors);
        AddOf(new MemcachedStoreOptionsValidator().Validate(name, options.Memcached), errors);
        if (options.Store == CacheStoreKind.Redis && options.Redis is { Url: null, Endpoints.Count: 0, Sentinels.Count: 0 })
            errors.Add($"{CachingOptions.Section}:Store is Redis and {RedisStoreOptions.Section} names no server; allowed: Url, Endpoints or Sentinels there.");
        if (options.Store == CacheStoreKind.Memcached && options.Memcached.Servers.Count == 0)
            errors.Add($"{CachingOptions.Section}:Store is Memcached and {MemcachedStoreOptions.Section}:Servers is empty; allowed: at least one server.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void AddOf(ValidateOptionsResult result, List<string> errors)
    {
        if (result.Failed)
            errors.AddRange(result.Failures);
    }

    private static bool IsKnown(CachingOptions options, string policy) =>
        policy.Equals(CachingRules.DefaultPolicy, StringComparison.OrdinalIgnoreCase)
        || options.Policies.Keys.Contains(policy, StringComparer.OrdinalIgnoreCase);
}
