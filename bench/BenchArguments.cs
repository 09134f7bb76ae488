namespace Weir.Bench;

/// <summary><c>--name value</c> pairs and <c>--flag</c>s after a benchmark's name.</summary>
internal sealed class BenchArguments
{
    private readonly Dictionary<string, string> _values = [];

    /// <exception cref="FormatException">Something does not start with <c>--</c>.</exception>
    public BenchArguments(IReadOnlyList<string> arguments)
    {
        Raw = arguments;
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
                throw new FormatException($"'{arguments[i]}' is not an option; options start with --.");
            var hasValue = i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal);
            _values[arguments[i][2..]] = hasValue ? arguments[++i] : "true";
        }
    }

    /// <summary>As they were given.</summary>
    public IReadOnlyList<string> Raw { get; }

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) => _values.TryGetValue(name, out var value) ? int.Parse(value) : otherwise;

    /// <summary>A comma-separated list; each must be one of <paramref name="known"/>, which is also the default.</summary>
    public string[] List(string name, params string[] known)
    {
        var chosen = Text(name, string.Join(',', known)).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return chosen.FirstOrDefault(c => !known.Contains(c)) is { } unknown
            ? throw new FormatException($"--{name} knows {string.Join(", ", known)}; found {unknown}.")
            : chosen;
    }

    /// <summary>Comma-separated whole numbers.</summary>
    public int[] Numbers(string name, params int[] otherwise) =>
        _values.TryGetValue(name, out var value) ? [.. value.Split(',').Select(int.Parse)] : otherwise;

    public bool Flag(string name) => _values.ContainsKey(name);
}
