namespace Weir.Gateway.Control.Compile;

/// <summary>Collects every fault of one candidate; the order of the result does not depend on the order of finding.</summary>
internal sealed class ErrorList
{
    private readonly List<ConfigurationError> _errors = [];

    /// <summary>Number of faults so far.</summary>
    public int Count => _errors.Count;

    /// <summary>Adds a fault.</summary>
    public void Add(string key, string message, string? origin = null) => _errors.Add(new ConfigurationError(key, message, origin));

    /// <summary>True when this very key already has a fault: a second opinion about it would only repeat the first.</summary>
    public bool Has(string key) => _errors.Exists(e => string.Equals(e.Key, key, StringComparison.OrdinalIgnoreCase));

    /// <summary>True when this key or one below it has a fault.</summary>
    public bool HasUnder(string key) =>
        Has(key) || _errors.Exists(e => e.Key.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase));

    /// <summary>All faults by key path, numbers in paths by value, without repetitions.</summary>
    public IReadOnlyList<ConfigurationError> ToSorted() =>
        [.. _errors.Distinct()
            .OrderBy(e => e.Key, ConfigurationKeyComparer.Instance)
            .ThenBy(e => e.Message, StringComparer.Ordinal)];
}
