using Weir.Fail2ban.Ini;

namespace Weir.Fail2ban.Filters;

/// <summary>
/// Reads a file of filter.d for a jail. The options in brackets behind the filter's name win over what [Definition] and
/// [Init] say, and the jail's own keys are to be seen by both.
/// </summary>
internal sealed class FilterReader
{
    private static readonly string[] Keys = ["usedns", "prefregex", "ignoreregex", "failregex", "maxlines", "datepattern", "journalmatch"];
    private readonly IniSet _set;
    private readonly Dictionary<string, string> _given;
    private readonly Dictionary<string, string?> _found = new(StringComparer.Ordinal);
    private Dictionary<string, string> _own = new(StringComparer.Ordinal);
    private Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    /// <param name="set">The file with those laid over it.</param>
    /// <param name="options">What stands in brackets behind the name.</param>
    /// <param name="backend">The jail's <c>backend</c>; what begins with "systemd" means journal entries.</param>
    public FilterReader(IniSet set, IReadOnlyDictionary<string, string> options, string backend)
    {
        _set = set;
        _given = new Dictionary<string, string>(options, StringComparer.Ordinal);
        if (string.IsNullOrEmpty(_given.GetValueOrDefault("logtype")) && !set.Has("Definition", "logtype"))
        {
            _given["logtype"] = backend.StartsWith("systemd", StringComparison.Ordinal) ? "journal" : "file";
        }
    }

    /// <summary>Reads the values of [Definition] and [Init] with the jail's keys before them.</summary>
    /// <param name="jail">The jail's keys that are known by now.</param>
    /// <param name="all">True reads every key of [Definition], false only those that a filter consists of.</param>
    /// <exception cref="IniException">A value cannot be interpolated.</exception>
    public void Read(IReadOnlyDictionary<string, string> jail, bool all)
    {
        _variables = Over(jail, _given);
        _own = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string key in Keys)
        {
            if (!_variables.ContainsKey(key) && _set.Get("Definition", key, _variables) is { } value)
            {
                _own[key] = value;
            }
        }

        if (_set.Sections.TryGetValue("Init", out IniSection? init))
        {
            foreach (string key in init.Keys)
            {
                string value = _set.Get("Init", key)!;
                if (!key.StartsWith("known/", StringComparison.Ordinal))
                {
                    _given["known/" + key] = value;
                }

                _given.TryAdd(key, value);
            }
        }

        if (all && _set.Sections.TryGetValue("Definition", out IniSection? definition))
        {
            foreach (string key in definition.Keys)
            {
                if (!_own.ContainsKey(key))
                {
                    _own[key] = _set.Get("Definition", key)!;
                }
            }
        }
    }

    /// <summary>Everything read, with tags replaced.</summary>
    /// <exception cref="FormatException">A tag refers to itself.</exception>
    public Dictionary<string, string> Combine() => Tags.Resolve(Over(_own, _given), Look);

    private static Dictionary<string, string> Over(IReadOnlyDictionary<string, string> under, IReadOnlyDictionary<string, string> over)
    {
        var both = new Dictionary<string, string>(under, StringComparer.Ordinal);
        foreach ((string key, string value) in over)
        {
            both[key] = value;
        }

        return both;
    }

    // A tag that is no key read so far: another key of [Definition], or SECTION/KEY.
    private string? Look(string name)
    {
        if (_found.TryGetValue(name, out string? value))
        {
            return value;
        }

        string key = name.ToLowerInvariant();
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        try
        {
            if (slash > 0)
            {
                string section = name[..slash];
                value = section.ToLowerInvariant() switch
                {
                    "known" => _set.Known("Definition", key[(slash + 1)..]) ?? _set.Get("Definition", key[(slash + 1)..]),
                    "default" => _set.GetDefault(key[(slash + 1)..]),
                    _ => _set.Sections.ContainsKey(section) ? _set.Get(section, key[(slash + 1)..]) : null,
                };
            }

            value ??= _set.Get("Definition", key, _variables);
        }
        catch (IniException)
        {
            value = null;
        }

        _found[name] = value;
        return value;
    }
}
