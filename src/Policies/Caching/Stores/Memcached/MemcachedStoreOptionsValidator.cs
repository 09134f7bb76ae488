using System.Globalization;
using Microsoft.Extensions.Options;
using Weir.Stores.Memcached;

namespace Weir.Policies.Caching.Stores.Memcached;

/// <summary>What the attributes of <see cref="MemcachedStoreOptions"/> cannot say. Naming no server is no error: there is no such store then.</summary>
public sealed class MemcachedStoreOptionsValidator : IValidateOptions<MemcachedStoreOptions>
{
    private const string Memcached = MemcachedStoreOptions.Section;

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, MemcachedStoreOptions options)
    {
        var errors = new List<string>();
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < options.Servers.Count; i++)
        {
            var server = options.Servers[i];
            if (MemcachedEndpoint.Parse(server.Address) is not { } endpoint)
                errors.Add($"{Memcached}:Servers:{i}:Address is '{server.Address}'; allowed: host:port, port 1 to 65535, or the path of a Unix socket.");
            else if (!seen.TryAdd(endpoint.ToString(), i))
                errors.Add($"{Memcached}:Servers:{i}:Address is '{server.Address}', the same server as Servers:{seen[endpoint.ToString()]}; allowed: each once, with a Weight.");
            // Attributes of a list's members are not looked at by everyone who binds it.
            if (server.Weight is < 1 or > MemcachedEndpoint.MaxWeight)
                errors.Add(string.Create(CultureInfo.InvariantCulture, $"{Memcached}:Servers:{i}:Weight is {server.Weight}; allowed: 1 to {MemcachedEndpoint.MaxWeight}."));
        }

        if ((options.MaxEntryBytes - 1L) / Math.Max(1, options.ItemBytes / 2) >= MemcachedManifest.MaxChunks)
        {
            errors.Add(string.Create(CultureInfo.InvariantCulture,
                $"{Memcached}:MaxEntryBytes is {options.MaxEntryBytes}; allowed: at most {MemcachedManifest.MaxChunks} halves of ItemBytes, which is {options.ItemBytes}."));
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
