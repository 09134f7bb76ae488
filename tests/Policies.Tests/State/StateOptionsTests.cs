using Microsoft.Extensions.DependencyInjection;
using Weir.Policies.State;
using Weir.Support;

namespace Weir.Policies.Tests.State;

public sealed class StateOptionsTests
{
    private readonly StateOptions _options = new();

    [Fact]
    public void By_default_nothing_is_shared()
    {
        Assert.Null(RedisSettings.Of(_options, "x"));
        Assert.True(new StateOptionsValidator().Validate(null, _options).Succeeded);
        Assert.Equal((1.0, 5.0, 0.1, 100_000), (_options.HeartbeatInterval.TotalSeconds, _options.ReplicaTimeout.TotalSeconds, _options.CounterInterval.TotalSeconds, _options.MaxBans));
        Assert.Equal("weir:", _options.Redis.Prefix);
    }

    [Fact]
    public async Task Without_a_store_this_gateway_is_alone_and_nothing_runs()
    {
        await using var alone = TestReplica.New(_options);
        await alone.StartAsync();
        alone.Bans.Add(Waiting.Ban("192.0.2.1/32"));

        Assert.Equal(1, alone.Live);
        Assert.Equal((false, false, "not configured"), (alone.State.IsConfigured, alone.State.IsConnected, alone.State.Describe()));
        Assert.Null(alone.Services.GetRequiredService<Contracts.ISharedRedis>().Client);
    }

    [Fact]
    public async Task Other_slices_may_use_the_client_once_the_slice_has_started()
    {
        await using var redis = await RedisServer.StartAsync();
        var options = TestReplica.Options_(redis.Url);
        options.Redis.Prefix = "farm:";
        await using var a = TestReplica.New(options);
        var shared = a.Services.GetRequiredService<Contracts.ISharedRedis>();
        Assert.Null(shared.Client);
        await a.StartAsync();
        Assert.Equal((true, "farm:"), (shared.Client!.IsConnected, shared.Prefix));
    }

    [Fact]
    public async Task The_user_of_the_documentation_may_do_all_that_is_needed_and_no_more()
    {
        await using var redis = await RedisServer.StartAsync(
            "user default on nopass ~* &* +@all",
            "user weir on >pw ~weir:* resetchannels &weir:* -@all +hello +auth +client|setname +select +ping +role +asking +time +publish +subscribe +unsubscribe +eval +evalsha +hscan +hget +hset +hdel +hlen +zadd +zrem +zcard +zrangebyscore +zremrangebyscore +pexpire");
        await using var a = await TestReplica.StartAsync($"redis://weir:pw@127.0.0.1:{redis.Port}/1");
        await using var b = await TestReplica.StartAsync($"redis://weir:pw@127.0.0.1:{redis.Port}/1");
        a.Bans.Add(Waiting.Ban("192.0.2.1/32"));
        await Waiting.UntilAsync(() => b.IsBanned("192.0.2.1/32") && a.Live == 2, "all is shared");
        b.Bans.Remove(System.Net.IPNetwork.Parse("192.0.2.1/32"), Contracts.BanOrigin.Operator);
        await Waiting.UntilAsync(() => !a.IsBanned("192.0.2.1/32"), "lifted");
        await Waiting.UntilAsync(() =>
        {
            a.Counters.Hit(1);
            return b.Counters.Of(1) > 0;
        }, "counted");
        var log = await redis.CliAsync("ACL", "LOG");
        Assert.True(log.Length == 0, log);
    }

    [Fact]
    public void Each_fault_has_its_sentence_and_no_password_in_it()
    {
        _options.ReplicaTimeout = TimeSpan.FromSeconds(2);
        _options.Redis.Url = "redis://user:hunter2@host/x";
        _options.Redis.Endpoints.Add("host:0");
        _options.Redis.Sentinels.Add("a b");
        _options.Redis.Password = "hunter3";
        _options.Redis.PasswordFile = "file";
        _options.Redis.Tls.KeyFile = "key.pem";

        Assert.Equal(
        [
            "Weir:State:ReplicaTimeout is 00:00:02; allowed: at least three times HeartbeatInterval, which is 00:00:01.",
            "Weir:State:Redis:Url cannot be read; allowed: redis://user@host:6379/0, rediss://, unix:///path or host:port (the value is not shown, it may hold a password).",
            "Weir:State:Redis:Endpoints:0 is 'host:0'; allowed: host:port, port 1 to 65535.",
            "Weir:State:Redis:Sentinels:0 is 'a b'; allowed: host:port, port 1 to 65535.",
            "Weir:State:Redis names 3 of Url, Endpoints and Sentinels; allowed: one of them.",
            "Weir:State:Redis:Password and Weir:State:Redis:PasswordFile are both set; allowed: one of them.",
            "Weir:State:Redis:Tls:KeyFile is set without CertificateFile; allowed: both, or neither.",
        ],
        new StateOptionsValidator().Validate(null, _options).Failures!);
    }

    [Fact]
    public void A_password_is_taken_from_the_url_the_file_or_the_setting()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "from-file\n");
        try
        {
            _options.Redis.Url = "rediss://user:from-url@host/2";
            _options.Redis.PasswordFile = file;
            var redis = RedisSettings.Of(_options, "x")!;
            Assert.Equal(("from-url", "user", 2, true), (redis.Password!(), redis.User, redis.Database, redis.Tls is not null));
            _options.Redis.Url = "host:1";
            Assert.Equal("from-file", RedisSettings.Of(_options, "x")!.Password!());
            _options.Redis.PasswordFile = null;
            _options.Redis.Password = "plain";
            Assert.Equal("plain", RedisSettings.Of(_options, "x")!.Password!());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
