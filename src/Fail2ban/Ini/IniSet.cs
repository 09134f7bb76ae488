using System.Text;

namespace Weir.Fail2ban.Ini;

/// <summary>Several files laid over one another, the later ones winning, with fail2ban's interpolation.</summary>
internal sealed class IniSet
{
    private const int MaxDepth = 10;

    // Values that one value may be made of: empty ones that refer to each other grow no text, but take time.
    private const int MaxSteps = 10_000;
    private readonly Dictionary<string, IniSection> _known = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private int _steps;

    public IniSection Defaults { get; } = new();

    public Dictionary<string, IniSection> Sections { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Order => _order;

    /// <summary>Lays a file over what is there; what it replaces stays reachable as <c>known/KEY</c>.</summary>
    public void Add(IniFile file)
    {
        Defaults.Merge(file.Defaults);
        foreach (string name in file.Order)
        {
            IniSection added = file.Sections[name];
            string target = name;
            int condition = name.IndexOf('?', StringComparison.Ordinal);
            if (condition > 0 && condition < name.Length - 1)
            {
                // [Init?family=inet6]: its keys are only for actions
                target = name[..condition];
                var conditional = new IniSection();
                foreach ((string key, IniValue value) in added)
                {
                    conditional[key + name[condition..]] = value;
                }

                added = conditional;
            }

            if (!Sections.TryGetValue(target, out IniSection? into))
            {
                Sections[target] = into = new IniSection();
                _order.Add(target);
            }

            if (!_known.TryGetValue(target, out IniSection? known))
            {
                _known[target] = known = new IniSection();
            }

            foreach ((string key, IniValue value) in added)
            {
                if (into.TryGetValue(key, out IniValue before))
                {
                    known[key] = before;
                }

                into[key] = value;
            }
        }
    }

    /// <summary>Adds keys of a filter to a jail's section, as <c>known/KEY</c>.</summary>
    public void AddKnown(string section, IReadOnlyDictionary<string, string> values, string where)
    {
        IniSection into = Sections[section];
        foreach ((string key, string value) in values)
        {
            if (!key.StartsWith("known/", StringComparison.Ordinal))
            {
                into["known/" + key] = new IniValue(value, where, 0);
            }
        }
    }

    public bool Has(string section, string key) => Sections.TryGetValue(section, out IniSection? values) && values.ContainsKey(key);

    /// <summary>The value with everything interpolated; null when neither section nor defaults nor variables have it.</summary>
    /// <exception cref="IniException">An interpolation leads nowhere, or round in circles.</exception>
    public string? Get(string section, string key, IReadOnlyDictionary<string, string>? variables = null)
    {
        if (Find(section, key, variables) is not { } value)
        {
            return null;
        }

        return Text(section, key, value, variables);
    }

    /// <summary>What a key was before a later file replaced it, interpolated.</summary>
    public string? Known(string section, string key) =>
        _known.TryGetValue(section, out IniSection? known) && known.TryGetValue(key, out IniValue value) ? Text(section, key, value) : null;

    /// <summary>A key of [DEFAULT], interpolated.</summary>
    public string? GetDefault(string key) => Defaults.TryGetValue(key, out IniValue value) ? Text("DEFAULT", key, value) : null;

    public IniValue? Find(string section, string key, IReadOnlyDictionary<string, string>? variables = null)
    {
        if (variables is not null && variables.TryGetValue(key, out string? variable))
        {
            return new IniValue(variable, $"[{section}]", 0);
        }

        return Sections.TryGetValue(section, out IniSection? own) && own.TryGetValue(key, out IniValue value) || Defaults.TryGetValue(key, out value)
            ? value
            : null;
    }

    private string Text(string section, string key, IniValue value, IReadOnlyDictionary<string, string>? variables = null)
    {
        if (!value.Text.Contains('%', StringComparison.Ordinal))
        {
            return value.Text;
        }

        _steps = 0;
        var text = new StringBuilder();
        Interpolate(section, key, value, value.Text, variables, text, 1);
        return text.ToString();
    }

    private void Interpolate(string section, string key, IniValue origin, string rest, IReadOnlyDictionary<string, string>? variables, StringBuilder into, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new IniException(origin.Where, $"[{section}] {key}: its %(...)s refer to each other without end.");
        }

        int at = 0;
        while (at < rest.Length)
        {
            int percent = rest.IndexOf('%', at);
            if (percent < 0)
            {
                into.Append(rest, at, rest.Length - at);
                break;
            }

            into.Append(rest, at, percent - at);
            char next = percent + 1 < rest.Length ? rest[percent + 1] : '\0';
            if (next == '%')
            {
                into.Append('%');
                at = percent + 2;
                continue;
            }

            int end = next == '(' ? rest.IndexOf(')', percent) : -1;
            if (end <= percent + 2 || end + 1 >= rest.Length || rest[end + 1] != 's')
            {
                throw new IniException(origin.Where, $"[{section}] {key}: a \"%\" must be \"%%\" or begin %(NAME)s.");
            }

            string name = rest[(percent + 2)..end];
            string value = Variable(section, name, variables)
                ?? throw new IniException(origin.Where, $"[{section}] {key}: %({name})s is not set anywhere.");
            if (value.Contains('%', StringComparison.Ordinal))
            {
                Interpolate(section, key, origin, value, variables, into, depth + 1);
            }
            else
            {
                into.Append(value);
            }

            if (into.Length > Fail2banLimits.ValueLength || ++_steps > MaxSteps)
            {
                throw new IniException(origin.Where, $"[{section}] {key} is longer than {Fail2banLimits.ValueLength} characters, or made of more than {MaxSteps} values.");
            }

            at = end + 2;
        }
    }

    private string? Variable(string section, string name, IReadOnlyDictionary<string, string>? variables)
    {
        string lower = name.ToLowerInvariant();
        if (Find(section, lower, variables) is { } found)
        {
            return found.Text;
        }

        if (lower == "__name__")
        {
            return section;
        }

        int slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0)
        {
            return null;
        }

        string other = name[..slash];
        string key = lower[(slash + 1)..];
        IniSection? source = other.ToLowerInvariant() switch
        {
            "known" => _known.GetValueOrDefault(section),
            "default" => Defaults,
            _ => Sections.GetValueOrDefault(other),
        };
        if (source is not null && source.TryGetValue(key, out IniValue value))
        {
            return value.Text;
        }

        bool mayDefault = source is not null || string.Equals(other, "known", StringComparison.OrdinalIgnoreCase);
        return mayDefault && Defaults.TryGetValue(key, out value) ? value.Text : null;
    }
}
