using System.Net;
using Weir.Fail2ban.Ini;
using Weir.Fail2ban.Jails;

namespace Weir.Fail2ban;

/// <summary>Reads a folder laid out as /etc/fail2ban: jail.conf, jail.d, jail.local, filter.d.</summary>
public static class Fail2banFolder
{
    /// <summary>
    /// Reads every jail that is enabled, and those named. Looks up the names of hosts in <c>ignoreip</c> and compiles the
    /// expressions: may take seconds, not on the request path. Never throws for what a file says; the messages name it.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="alsoEnabled">Names of jails to read whether they are enabled or not.</param>
    public static Fail2banSet Read(string path, IReadOnlyCollection<string> alsoEnabled) => Read(path, alsoEnabled, Dns.GetHostAddresses);

    internal static Fail2banSet Read(string path, IReadOnlyCollection<string> alsoEnabled, Func<string, IPAddress[]> resolve)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(alsoEnabled);
        string folder = Path.GetFullPath(path);
        var messages = new List<Fail2banMessage>();
        var files = new IniReader(folder, messages);
        if (files.Read("jail") is not { } jails)
        {
            messages.Add(new Fail2banMessage(true, folder, "There is neither a jail.conf nor a jail.local, nor a file in jail.d."));
            return new Fail2banSet([], messages);
        }

        jails.Defaults["fail2ban_version"] = new IniValue("1.0.2", folder, 0);
        jails.Defaults["fail2ban_confpath"] = new IniValue(folder, folder, 0);
        var reader = new JailReader(jails, files, messages, resolve);
        var read = new List<JailDefinition>();
        string[] names = [.. jails.Order.Where(static name => name is not ("INCLUDES" or "Thread" or "Init" or "Definition"))];
        foreach (string name in names.Take(Fail2banLimits.Jails))
        {
            if (reader.Read(name, alsoEnabled.Contains(name)) is { } jail)
            {
                read.Add(jail);
            }
        }

        if (names.Length > Fail2banLimits.Jails)
        {
            messages.Add(new Fail2banMessage(true, folder, $"Only the first {Fail2banLimits.Jails} of {names.Length} jails are read."));
        }

        foreach (string missing in alsoEnabled.Except(names))
        {
            messages.Add(new Fail2banMessage(true, folder, $"There is no jail [{missing}]."));
        }

        return new Fail2banSet(read, messages);
    }
}
