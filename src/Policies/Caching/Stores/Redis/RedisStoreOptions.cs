using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.Caching.Stores.Redis;

/// <summary>The cache's store in Redis: section <c>Weir:Cache:Redis</c>.</summary>
public sealed class RedisStoreOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:Cache:Redis";

    [Description("redis://user@host:6379/0, rediss:// for TLS, unix:///run/redis/redis.sock or host:port. What stands here goes before the settings below. Prefer PasswordFile to a password in the URL.")]
    [PasswordPropertyText(true)]
    [StringLength(2048)]
    public string? Url { get; set; }

    [Description("Servers as host:port, tried in turn: nodes of a cluster, for example. Instead of Url.")]
    [Length(0, 32)]
    public List<string> Endpoints { get; set; } = [];

    [Description("Sentinels as host:port; they are asked for the master. Instead of Url and Endpoints.")]
    [Length(0, 32)]
    public List<string> Sentinels { get; set; } = [];

    [Description("Name of the master that the sentinels know.")]
    [RegularExpression("^[A-Za-z0-9._-]{1,64}$")]
    public string MasterName { get; set; } = "mymaster";

    [Description("User of Redis' access list; null is the default user.")]
    [StringLength(256)]
    public string? User { get; set; }

    [Description("Password. A file is the better place.")]
    [PasswordPropertyText(true)]
    [StringLength(1024)]
    public string? Password { get; set; }

    [Description("File that holds the password; read for every new connection.")]
    [StringLength(4096)]
    public string? PasswordFile { get; set; }

    [Description("File that holds the sentinels' password; null when they want none.")]
    [StringLength(4096)]
    public string? SentinelPasswordFile { get; set; }

    [Description("Number of the database; a cluster has 0 only.")]
    [Range(0, 65535)]
    public int Database { get; set; }

    [Description("What the names of all keys begin with. Gateways with one prefix share their entries.")]
    [RegularExpression("^[A-Za-z0-9:._-]{1,64}$")]
    public string Prefix { get; set; } = "weir:cache:";

    [Description("Connections to a server; each is shared by all requests.")]
    [Range(1, 32)]
    public int Connections { get; set; } = 2;

    [Description("Time for a new connection, with TLS and sign-in.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    [Description("Time for a reply; after it a look-up is a miss. Kept to 50 ms.")]
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(250);

    [Description("Largest entry, head and body, in bytes; larger ones are not stored here.")]
    [Range(4096, 256 * 1024 * 1024)]
    public int MaxEntryBytes { get; set; } = 16 * 1024 * 1024;

    [Description("TLS to Redis.")]
    public RedisStoreTlsOptions Tls { get; set; } = new();
}
