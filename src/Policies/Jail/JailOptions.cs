using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.Jail;

/// <summary>Who is shut out, for what and for how long: section <c>Weir:Jail</c>.</summary>
public sealed class JailOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:Jail";

    [Description("Answer to a banned client: 403, 429, or 444, which closes the connection without one as nginx does. Behind a proxy 444 is answered as 403, since the connection is not the client's.")]
    [AllowedValues(403, 429, 444)]
    public int Status { get; set; } = 403;

    [Description("Bans in force at most; past that the jails' ban that ends soonest gives way to a new one, an operator's never. About 300 bytes each.")]
    [Range(1, 1_000_000)]
    public int MaxBans { get; set; } = 100_000;

    [Description("Bans of networks larger than one client, at most; part of MaxBans.")]
    [Range(0, 65_536)]
    public int MaxNetworks { get; set; } = 4096;

    [Description("File that keeps the bans over a restart; one beside it, ending with .logs, keeps the places in log files. Default: jail.state in systemd's STATE_DIRECTORY, else in weir below XDG_STATE_HOME, else in ~/.local/state/weir. Empty keeps nothing. Counts at start.")]
    public string? StateFile { get; set; }

    [Description("How long a change waits before the file is written, so that many changes make one file; once more for each 20,000 lines that it has.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan SaveDelay { get; set; } = TimeSpan.FromSeconds(5);

    [Description("How long after its last ban a client counts as one that comes again, as Fail2ban's dbpurgeage (there a day).")]
    [Range(typeof(TimeSpan), "00:01:00", "366.00:00:00")]
    public TimeSpan Remember { get; set; } = TimeSpan.FromDays(7);

    [Description("Addresses and networks that are never counted nor banned, as Fail2ban's ignoreip. Trusted proxies need not be named.")]
    [Length(0, 1024)]
    public List<string> Ignore { get; set; } = [];

    [Description("Paths that count as Scanner when the answer is 403, 404 or 410. * at the beginning, the end or both stands for anything; letter case and repeated slashes do not count.")]
    [Length(0, 256)]
    public List<string> ScannerPaths { get; set; } =
    [
        "*/.env", "*/.env.*", "*/.git/*", "*/.svn/*", "*/.hg/*", "*/.aws/*", "*/.ssh/*", "*/.vscode/*", "*/.DS_Store", "*/.htpasswd",
        "*/vendor/phpunit/*", "*/eval-stdin.php", "*/phpinfo.php", "*/wp-config.php*", "/cgi-bin/luci*", "/boaform/*", "/GponForm/*", "/HNAP1*",
        "/_ignition/*", "/actuator/*", "/solr/admin/*", "/SDK/webLanguage*", "/setup.cgi*", "*/shell.php", "*/c99.php", "*/id_rsa",
    ];

    [Description("Jails of the gateway's own, by name. None: nobody is banned but by an operator, by Fail2ban's jails or by another replica.")]
    [Length(0, 64)]
    public Dictionary<string, JailSettings> Jails { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    [Description("Jails out of a Fail2ban configuration.")]
    public Fail2banSettings Fail2ban { get; set; } = new();
}
