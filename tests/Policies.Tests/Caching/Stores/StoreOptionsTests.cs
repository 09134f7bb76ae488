using System.ComponentModel.DataAnnotations;
using Weir.Policies.Caching.Stores.Distributed;
using Weir.Policies.Caching.Stores.Memcached;
using Weir.Policies.Caching.Stores.Redis;

namespace Weir.Policies.Tests.Caching.Stores;

/// <summary>The sections of the stores.</summary>
public sealed class StoreOptionsTests
{
    [Fact]
    public void Defaults_are_allowed_and_as_documented()
    {
        var (redis, memcached, distributed) = (new RedisStoreOptions(), new MemcachedStoreOptions(), new DistributedStoreOptions());

        Assert.Empty(Errors(redis));
        Assert.Empty(Errors(memcached));
        Assert.Empty(Errors(distributed));
        Assert.True(new RedisStoreOptionsValidator().Validate(null, redis).Succeeded);
        Assert.True(new MemcachedStoreOptionsValidator().Validate(null, memcached).Succeeded);
        Assert.Equal((16 * 1024 * 1024, 16 * 1024 * 1024, 16 * 1024 * 1024), (redis.MaxEntryBytes, memcached.MaxEntryBytes, distributed.MaxEntryBytes));
        Assert.Equal(TimeSpan.FromMilliseconds(250), redis.Timeout);
        Assert.Equal(TimeSpan.FromMilliseconds(250), memcached.Timeout);
        Assert.Equal(TimeSpan.FromMilliseconds(250), distributed.Timeout);
        Assert.Equal((1024 * 1024, MemcachedLargeEntries.Split), (memcached.ItemBytes, memcached.LargeEntries));
        Assert.Equal(("weir:cache:", "weir:cache:", "weir:cache:"), (redis.Prefix, memcached.Prefix, distributed.Prefix));
        Assert.Null(distributed.ServiceKey);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("weir:shop-1.", true)]
    public void A_prefix_is_a_word(string prefix, bool isAllowed)
    {
        Assert.Equal(isAllowed, Errors(new RedisStoreOptions { Prefix = prefix }).Count == 0 && prefix.Length > 0);
        Assert.Equal(isAllowed, Errors(new MemcachedStoreOptions { Prefix = prefix }).Count == 0 && prefix.Length > 0);
        Assert.Equal(isAllowed, Errors(new DistributedStoreOptions { Prefix = prefix }).Count == 0 && prefix.Length > 0);
    }

    [Theory]
    [InlineData(4095, false)]
    [InlineData(4096, true)]
    [InlineData(268_435_456, true)]
    [InlineData(268_435_457, false)]
    public void The_largest_entry_has_bounds(int bytes, bool isAllowed)
    {
        Assert.Equal(isAllowed, Errors(new RedisStoreOptions { MaxEntryBytes = bytes }).Count == 0);
        Assert.Equal(isAllowed, Errors(new MemcachedStoreOptions { MaxEntryBytes = bytes }).Count == 0);
        Assert.Equal(isAllowed, Errors(new DistributedStoreOptions { MaxEntryBytes = bytes }).Count == 0);
    }

    [Fact]
    public void Redis_texts_say_what_is_wrong()
    {
        var options = new RedisStoreOptions { Url = "http://secret", Endpoints = ["a:99999"], Sentinels = ["s:1"], Password = "p", PasswordFile = "/f" };
        options.Tls.KeyFile = "/k";

        Assert.Equal(
            [
                "Weir:Cache:Redis:Url cannot be read; allowed: redis://user@host:6379/0, rediss://, unix:///path or host:port (the value is not shown, it may hold a password).",
                "Weir:Cache:Redis:Endpoints:0 is 'a:99999'; allowed: host:port, port 1 to 65535.",
                "Weir:Cache:Redis names 3 of Url, Endpoints and Sentinels; allowed: one of them.",
                "Weir:Cache:Redis:Password and Weir:Cache:Redis:PasswordFile are both set; allowed: one of them.",
                "Weir:Cache:Redis:Tls:KeyFile is set without CertificateFile; allowed: both, or neither.",
            ],
            new RedisStoreOptionsValidator().Validate(null, options).Failures!);
    }

    [Fact]
    public void Memcached_texts_say_what_is_wrong()
    {
        var options = new MemcachedStoreOptions
        {
            Servers = [new() { Address = "a:1" }, new() { Address = "A:1", Weight = 0 }, new() { Address = "a:0" }],
            ItemBytes = 8192,
            MaxEntryBytes = 64 * 1024 * 1024,
        };

        Assert.Equal(
            [
                "Weir:Cache:Memcached:Servers:1:Address is 'A:1', the same server as Servers:0; allowed: each once, with a Weight.",
                "Weir:Cache:Memcached:Servers:1:Weight is 0; allowed: 1 to 100.",
                "Weir:Cache:Memcached:Servers:2:Address is 'a:0'; allowed: host:port, port 1 to 65535, or the path of a Unix socket.",
                "Weir:Cache:Memcached:MaxEntryBytes is 67108864; allowed: at most 4096 halves of ItemBytes, which is 8192.",
            ],
            new MemcachedStoreOptionsValidator().Validate(null, options).Failures!);
    }

    [Fact]
    public void Redis_settings_take_the_url_before_the_rest()
    {
        var options = RedisStoreSettings.Of(new RedisStoreOptions { Url = "rediss://u:p@h:7/3", User = "x", Database = 1, Connections = 5 }, "gw");

        Assert.Equal(("h", 7, "u", "p", 3, 5, "gw"), (options.Endpoints[0].Host, options.Endpoints[0].Port, options.User, options.Password!(), options.Database, options.Connections, options.ClientName));
        Assert.NotNull(options.Tls);
        Assert.True(options.Limits.KeepsValues);
        Assert.Equal(TimeSpan.FromMilliseconds(250), options.CommandTimeout);
    }

    private static List<ValidationResult> Errors(object options)
    {
        var errors = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), errors, validateAllProperties: true);
        return errors;
    }
}
