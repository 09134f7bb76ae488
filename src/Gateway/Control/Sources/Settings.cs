using Weir.Gateway.Control.Publish;

namespace Weir.Gateway.Control.Sources;

/// <summary>
/// All settings of one moment by full key path (<c>Weir:Admission:MaxWait</c>), later sources over earlier ones, keys
/// without regard to case: what ASP.NET Core's configuration would hold, plus each value's origin.
/// </summary>
internal sealed class Settings
{
    private readonly Dictionary<string, Setting> _values = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The key paths and their values, in no order.</summary>
    public IReadOnlyDictionary<string, Setting> Values => _values;

    /// <summary>Sets one value over whatever an earlier source said.</summary>
    public void Set(string key, string? value, string origin) => _values[key] = new Setting(value, origin);

    /// <summary>Takes a whole section out.</summary>
    public void Remove(string section)
    {
        foreach (var key in _values.Keys.Where(k => IsUnder(k, section)).ToList())
            _values.Remove(key);
    }

    /// <summary>The value at a key; null when it is null or not there.</summary>
    public string? ValueOf(string key) => _values.TryGetValue(key, out var found) ? found.Value : null;

    /// <summary>The part of the settings that lies at or under a key.</summary>
    public Settings Only(string section)
    {
        var part = new Settings();
        foreach (var (key, setting) in _values.Where(v => IsUnder(v.Key, section)))
            part._values[key] = setting;
        return part;
    }

    /// <summary>Where a key stands; for a section the first of its values; null when it is nowhere.</summary>
    public string? OriginOf(string key)
    {
        if (_values.TryGetValue(key, out var found))
            return found.Origin;
        return _values.Where(v => IsUnder(v.Key, key)).OrderBy(v => v.Key, ConfigurationKeyComparer.Instance)
            .Select(v => v.Value.Origin).FirstOrDefault();
    }

    /// <summary>The names right under a section, sorted as ASP.NET Core sorts keys, without regard to case.</summary>
    public IReadOnlySet<string> ChildrenOf(string section) =>
        _values.Keys.Where(k => IsUnder(k, section) && k.Length > section.Length)
            .Select(k => k[(section.Length + 1)..].Split(':')[0])
            .Order(StringComparer.OrdinalIgnoreCase)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>A fixed view of the settings for ASP.NET Core and YARP.</summary>
    public IConfigurationRoot ToConfiguration()
    {
        var provider = new PublishedConfiguration();
        provider.Publish(this);
        return new ConfigurationRoot([provider]);
    }

    private static bool IsUnder(string key, string section) =>
        key.StartsWith(section, StringComparison.OrdinalIgnoreCase)
        && (key.Length == section.Length || key[section.Length] == ':');
}
