using Weir.Farm.Feed;

namespace Weir.Gateway.StatusPages;

/// <summary>
/// The paths at which the servers tell the gateway about themselves. Apache lets the gateway's address read them, and what
/// a client asks for arrives from that same address.
/// </summary>
internal sealed class StatusPaths
{
    // Apache decodes once; a second server behind it may decode again. More rounds are nobody's.
    private const int DecodingRounds = 4;
    private readonly string[] _paths;
    private readonly string[] _lastSegments;

    public StatusPaths(FarmOptions options)
    {
        // A page at the root cannot be told from the site itself.
        _paths = options.HideStatus ? [.. All(options).Select(Normal).Where(p => p.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)] : [];
        _lastSegments = [.. _paths.Select(p => p[p.LastIndexOf('/')..][1..])];
    }

    /// <summary>
    /// True for a path that a server may take for one of these or for something below it (mod_status answers there too), in
    /// any spelling: percent-encoded, dot segments, doubled slashes, letter case, slash at the end.
    /// </summary>
    public bool Covers(string path)
    {
        if (_paths.Length == 0 || CannotBe(path))
            return false;
        for (var round = 0; round <= DecodingRounds; round++)
        {
            // Each stage counts: what a later one would resolve away, a server that decodes less still takes as it stands.
            var normal = Normal(path);
            if (Array.Exists(_paths, p => IsAtOrUnder(normal, p)))
                return true;
            var decoded = path.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(path) : path;
            if (decoded == path)
                return false;
            path = decoded;
        }

        return false;
    }

    /// <summary>
    /// True for most paths, at no cost: without an encoded byte, nothing that is done to a path makes a segment that does not
    /// stand in it.
    /// </summary>
    private bool CannotBe(string path)
    {
        if (path.Contains('%', StringComparison.Ordinal))
            return false;
        foreach (var segment in _lastSegments)
        {
            if (path.Contains(segment, StringComparison.OrdinalIgnoreCase))
                return false;
        }

        return true;
    }

    private static IEnumerable<string> All(FarmOptions options)
    {
        if (options.StatusPath is { } status)
            yield return WithoutQuery(status);
        if (options.NodeDocumentPath is { } document)
            yield return WithoutQuery(document);
        foreach (var server in options.Servers)
        {
            // A page on a port of its own is not where requests go. The host says little: a server has many names.
            foreach (var url in new[] { server.StatusUrl, server.NodeDocumentUrl }.OfType<string>())
            {
                if (Uri.TryCreate(url, UriKind.Absolute, out var page) && Uri.TryCreate(server.Address, UriKind.Absolute, out var address)
                    && page.Port == address.Port)
                {
                    yield return Uri.UnescapeDataString(page.AbsolutePath);
                }
            }
        }
    }

    private static string WithoutQuery(string path) => Uri.UnescapeDataString(path.Split('?', 2)[0]);

    /// <summary>Segments without empty ones and dot segments (RFC 3986 section 5.2.4), each after a slash; empty for the root.</summary>
    private static string Normal(string path)
    {
        var segments = new List<string>();
        foreach (var segment in path.Split('/'))
        {
            if (segment is "..")
            {
                if (segments.Count > 0)
                    segments.RemoveAt(segments.Count - 1);
            }
            else if (segment is not ("" or "."))
            {
                segments.Add(segment);
            }
        }

        return string.Concat(segments.Select(s => "/" + s));
    }

    private static bool IsAtOrUnder(string path, string page) =>
        path.StartsWith(page, StringComparison.OrdinalIgnoreCase) && (path.Length == page.Length || path[page.Length] == '/');
}
