namespace Weir.Policies.Throttle.Matching;

/// <summary>What of a Host header names the host.</summary>
internal static class HostText
{
    /// <summary>Without port and without the root's dot.</summary>
    public static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> host)
    {
        var end = host.LastIndexOf(':');
        if (end >= 0 && host.LastIndexOf(']') < end)
            host = host[..end];
        return host.Length > 1 && host[^1] == '.' ? host[..^1] : host;
    }

    /// <summary><paramref name="pattern"/> is a host, or one that begins with <c>*.</c> for one label or more.</summary>
    public static bool Matches(ReadOnlySpan<char> name, ReadOnlySpan<char> pattern)
    {
        if (!pattern.StartsWith("*."))
            return name.Equals(pattern, StringComparison.OrdinalIgnoreCase);
        return name.Length > pattern.Length - 1 && name.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase);
    }
}
