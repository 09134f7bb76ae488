using Weir.Fail2ban.Jails;

namespace Weir.Fail2ban;

/// <summary>Reads a folder laid out as /etc/fail2ban: jail.conf, jail.d, jail.local, filter.d.</summary>
public static class Fail2banFolder
{
    /// <summary>Reads every jail that is enabled, and those named.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="alsoEnabled">Names of jails to read whether they are enabled or not.</param>
    public static Fail2banSet Read(string path, IReadOnlyCollection<string> alsoEnabled) => throw new NotImplementedException();
}
