using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Weir.Fail2ban;

namespace Weir.Policies.Jail.Lines;

/// <summary>
/// Fail2ban's jails in force. A folder with faults that is read again leaves those of before in force; at start the jails
/// without faults are. Reads and compiles on its caller's thread: not on the request path. Not thread-safe but for <see cref="Now"/>.
/// </summary>
internal sealed class Fail2banSource(IOptionsMonitor<JailOptions> options, IFail2banEngine engine, JailMetrics metrics, ILogger<Fail2banSource> logger)
{
    /// <summary>Files of the folder that are looked at for changes; a folder with more is read again only with the configuration.</summary>
    private const int MaxFiles = 4096;

    private const string All = "all";

    private volatile LineJail[] _now = [];
    private Fail2banSettings? _settings;
    private int _print;

    public IReadOnlyList<LineJail> Now => _now;

    /// <summary>True when the configuration has changed since it was read.</summary>
    public bool IsStale => !ReferenceEquals(_settings, options.CurrentValue.Fail2ban);

    /// <summary>Reads the folder when it, or the configuration, has changed.</summary>
    /// <returns>True when other jails are in force now.</returns>
    public bool Refresh()
    {
        var settings = options.CurrentValue.Fail2ban;
        var print = Print(settings.Folder);
        if (!IsStale && print == _print)
            return false;
        var isFirst = _settings is null;
        (_settings, _print) = (settings, print);
        if (settings.Folder is null)
        {
            var had = _now.Length > 0;
            _now = [];
            return had;
        }

        var (jails, isGood) = Build(settings, settings.Folder);
        if (!isGood && !isFirst && _now.Length > 0)
        {
            JailLog.Fail2banKept(logger, settings.Folder);
            return false;
        }

        _now = jails;
        JailLog.Fail2banInForce(logger, jails.Length == 0 ? "none" : string.Join(", ", jails.Select(j => j.IsLive ? j.Rule.Name + " (live)" : j.Rule.Name)));
        return true;
    }

    /// <summary>Faults of a folder as <c>weir check</c> tells them.</summary>
    public static IEnumerable<Fail2banMessage> Check(Fail2banSettings settings, IFail2banEngine engine)
    {
        if (settings.Folder is null)
            return [];
        try
        {
            var set = engine.Read(settings.Folder, settings.Jails);
            return [.. set.Messages, .. Unknown(settings, set).Select(name => NotThere(settings, name))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            return [new Fail2banMessage(true, settings.Folder, error.Message)];
        }
    }

    private (LineJail[] Jails, bool IsGood) Build(Fail2banSettings settings, string folder)
    {
        var isGood = true;
        var jails = new List<LineJail>();
        try
        {
            var set = engine.Read(folder, settings.Jails);
            foreach (var message in set.Messages.Concat(Unknown(settings, set).Select(name => NotThere(settings, name))))
                isGood &= Tell(message);
            var isEveryLive = settings.Live.Contains(All, StringComparer.OrdinalIgnoreCase);
            var self = new Lazy<IPNetwork[]>(OwnAddresses);
            foreach (var jail in set.Jails)
            {
                var isLive = isEveryLive || settings.Live.Contains(jail.Name, StringComparer.OrdinalIgnoreCase);
                var ignore = jail.IgnoreSelf ? jail with { IgnoreIp = [.. jail.IgnoreIp, .. self.Value] } : jail;
                try
                {
                    jails.Add(new LineJail(JailRule.Of(ignore, settings.DryRun), jail, isLive) { Live = isLive ? engine.Compile(jail.Filter) : null });
                }
                catch (FormatException error)
                {
                    isGood &= Tell(new Fail2banMessage(true, jail.Name, error.Message));
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            isGood = Tell(new Fail2banMessage(true, folder, error.Message));
        }

        return ([.. jails], isGood);
    }

    private bool Tell(Fail2banMessage message)
    {
        if (!message.IsError)
        {
            JailLog.Fail2banNote(logger, message.Where, message.Text);
            return true;
        }

        metrics.Error("fail2ban");
        JailLog.Fail2banFault(logger, message.Where, message.Text);
        return false;
    }

    // A jail that is there but in error has a message already.
    private static IEnumerable<string> Unknown(Fail2banSettings settings, Fail2banSet set) =>
        settings.Live.Where(name => !name.Equals(All, StringComparison.OrdinalIgnoreCase)
            && !set.Jails.Any(j => j.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            && !set.Messages.Any(m => m.IsError && m.Where.Contains(name, StringComparison.OrdinalIgnoreCase)));

    private static Fail2banMessage NotThere(Fail2banSettings settings, string name) =>
        new(true, $"{JailOptions.Section}:Fail2ban:Live", $"'{name}' is no jail that is enabled in {settings.Folder}; Jails can name it too.");

    // An Apache that does not know its clients' addresses logs the gateway's.
    private static IPNetwork[] OwnAddresses()
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .SelectMany(i => i.GetIPProperties().UnicastAddresses)
                    .Select(a => new IPAddress(a.Address.GetAddressBytes()))
                    .Select(a => new IPNetwork(a, a.GetAddressBytes().Length * 8)),
            ];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }

    private static int Print(string? folder)
    {
        if (folder is null || !Directory.Exists(folder))
            return 0;
        try
        {
            var print = default(HashCode);
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Take(MaxFiles).OrderBy(f => f.FullName, StringComparer.Ordinal))
            {
                print.Add(file.FullName);
                print.Add(file.LastWriteTimeUtc);
                print.Add(file.Length);
            }

            return print.ToHashCode();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
