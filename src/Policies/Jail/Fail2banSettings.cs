using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.Jail;

/// <summary>Where Fail2ban's jails come from and what they judge.</summary>
public sealed class Fail2banSettings
{
    [Description("Folder laid out as /etc/fail2ban; null reads none. Read at start and whenever this section changes or a file in it does.")]
    public string? Folder { get; set; }

    [Description("Jails to use besides those that are enabled there.")]
    [Length(0, 64)]
    public List<string> Jails { get; set; } = [];

    [Description("Jails that judge the gateway's own traffic, each request as a line of Apache's combined access log; all stands for every jail.")]
    [Length(0, 64)]
    public List<string> Live { get; set; } = [];

    [Description("Follows the log files that the jails name.")]
    public bool Files { get; set; } = true;

    [Description("Addresses in log files are the connections' own peers: the kernel may be told of their bans. Leave it off when the Apache that writes them stands behind a proxy.")]
    public bool FilesNameDirectClients { get; set; }

    [Description("How often log files are looked at.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan FileInterval { get; set; } = TimeSpan.FromSeconds(1);

    [Description("How often the folder and the patterns of log files are looked at again.")]
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RescanInterval { get; set; } = TimeSpan.FromSeconds(10);

    [Description("Requests that wait for the live jails, of 2 KB each on average; one client has a 32nd of that. Further ones are not judged, and counted.")]
    [Range(16, 1_048_576)]
    public int LiveQueue { get; set; } = 8192;

    [Description("Bans nobody for Fail2ban's jails; log and metrics say who would have been.")]
    public bool DryRun { get; set; }
}
