namespace Weir.Policies.Caching.Rules;

/// <summary>The part of a query that belongs to the key. Parameters are compared as they were sent, without decoding: <c>%61</c> is not <c>a</c>.</summary>
/// <param name="mode">Which.</param>
/// <param name="names">Those that <paramref name="mode"/> means.</param>
/// <param name="sort">By name, so that their order does not count; parameters of one name stay as they are, since that order does.</param>
internal sealed class QueryRules(QueryMode mode, IReadOnlyList<string> names, bool sort)
{
    /// <summary>Parameters that are looked at; a query with more stands as it is.</summary>
    public const int MaxParameters = 128;

    private readonly NamePatterns _names = new(names);

    /// <summary>The query stands as it was sent.</summary>
    public bool AsSent { get; } = mode == QueryMode.All && !sort;

    /// <summary>Path and query of the key.</summary>
    /// <param name="target">As sent.</param>
    /// <returns>The same text where nothing changes.</returns>
    public string Of(string target)
    {
        var mark = AsSent ? -1 : target.IndexOf('?', StringComparison.Ordinal);
        if (mark < 0)
            return target;
        var query = target.AsSpan(mark + 1);
        Span<Range> parts = stackalloc Range[MaxParameters + 1];
        var count = query.Split(parts, '&');
        if (count > MaxParameters)
            return target;
        var kept = new List<string>(count);
        for (var i = 0; i < count; i++)
        {
            var part = query[parts[i]];
            if (!part.IsEmpty && (part.Contains(';') || IsKept(NameOf(part))))
                kept.Add(part.ToString());
        }

        if (sort)
            kept = [.. kept.OrderBy(p => NameOf(p).ToString(), StringComparer.Ordinal)];
        return kept.Count == 0 ? target[..mark] : string.Concat(target.AsSpan(0, mark + 1), string.Join('&', kept));
    }

    /// <summary>True when one of the parameters has a name that matches.</summary>
    public static bool HasAny(string target, NamePatterns patterns)
    {
        var mark = patterns.IsEmpty ? -1 : target.IndexOf('?', StringComparison.Ordinal);
        if (mark < 0)
            return false;
        var query = target.AsSpan(mark + 1);
        foreach (var range in query.Split('&'))
        {
            if (patterns.Match(NameOf(query[range])))
                return true;
        }

        return false;
    }

    private bool IsKept(ReadOnlySpan<char> name) => mode switch
    {
        QueryMode.Only => _names.Match(name),
        QueryMode.Except => !_names.Match(name),
        _ => true,
    };

    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> part)
    {
        var end = part.IndexOf('=');
        return end < 0 ? part : part[..end];
    }
}
