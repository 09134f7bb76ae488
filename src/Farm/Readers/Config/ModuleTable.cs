namespace Weir.Farm.Readers.Config;

/// <summary>Loaded modules under both of the names that IfModule takes: the identifier and the source file.</summary>
internal sealed class ModuleTable
{
    private static readonly Dictionary<string, string> OddFiles = new(StringComparer.OrdinalIgnoreCase)
    {
        ["core_module"] = "core.c",
        ["http_module"] = "http_core.c",
        ["mpm_prefork_module"] = "prefork.c",
        ["mpm_worker_module"] = "worker.c",
        ["mpm_event_module"] = "event.c",
        ["php_module"] = "mod_php.c",
        ["php7_module"] = "mod_php7.c",
        ["php5_module"] = "mod_php5.c",
    };

    private readonly List<string> _identifiers = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    public ModuleTable(IEnumerable<string> builtIn)
    {
        foreach (var identifier in builtIn)
            Add(identifier);
    }

    public IReadOnlyList<string> Identifiers => _identifiers;

    public void Add(string identifier)
    {
        if (!_names.Add(identifier))
            return;
        _identifiers.Add(identifier);
        if (OddFiles.TryGetValue(identifier, out var file))
            _names.Add(file);
        else if (identifier.EndsWith("_module", StringComparison.OrdinalIgnoreCase))
            _names.Add($"mod_{identifier[..^"_module".Length]}.c");
    }

    public bool Has(string name) => _names.Contains(name);
}
