using Weir.Gateway.Control.Sources;

namespace Weir.Gateway.Control.Publish;

/// <summary>
/// The configuration that ASP.NET Core, Kestrel, logging and YARP read: only ever a validated one. Its reload token fires
/// on publication and at no other time. Keeps an index of children, for the stock provider walks all keys for every
/// section and a farm of 500 servers has thousands.
/// </summary>
internal sealed class PublishedConfiguration : ConfigurationProvider, IConfigurationSource
{
    private volatile Dictionary<string, List<string>> _children = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Replaces all values at once and tells the readers.</summary>
    public void Publish(Settings settings)
    {
        var values = new Dictionary<string, string?>(settings.Values.Count, StringComparer.OrdinalIgnoreCase);
        var children = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, setting) in settings.Values)
        {
            values[key] = setting.Value;
            Index(key, known, children);
        }

        Data = values;
        _children = children;
        OnReload();
    }

    /// <inheritdoc />
    public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath)
    {
        var own = _children.TryGetValue(parentPath ?? "", out var found) ? found : [];
        return own.Concat(earlierKeys).Order(Comparer<string>.Create(ConfigurationKeyComparer.Instance.Compare));
    }

    /// <inheritdoc />
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    private static void Index(string key, HashSet<string> known, Dictionary<string, List<string>> children)
    {
        while (known.Add(key))
        {
            var cut = key.LastIndexOf(':');
            var parent = cut < 0 ? "" : key[..cut];
            if (!children.TryGetValue(parent, out var list))
                children[parent] = list = [];
            list.Add(key[(cut + 1)..]);
            if (cut < 0)
                return;
            key = parent;
        }
    }
}
