namespace Weir.Policies.Caching;

/// <summary>
/// The primary key text of a URL: <c>route</c>, line feed, <c>scheme://authority/path?query</c>, in UTF-8; route and authority in
/// lower case, a default port left out, the path as the server gets it, and the query as the policy has it. A variant's text is that, a zero byte, and its selecting values.
/// </summary>
internal static class UrlText
{
    /// <param name="keyText">Of any entry.</param>
    /// <returns>The URL alone, UTF-8; empty for a text of another form.</returns>
    public static ReadOnlySpan<byte> UrlOf(ReadOnlySpan<byte> keyText)
    {
        var end = keyText.IndexOf((byte)0);
        var primary = end < 0 ? keyText : keyText[..end];
        var start = primary.IndexOf((byte)'\n');
        return start < 0 ? default : primary[(start + 1)..];
    }

    /// <returns>The route alone, UTF-8.</returns>
    public static ReadOnlySpan<byte> RouteOf(ReadOnlySpan<byte> keyText)
    {
        var start = keyText.IndexOf((byte)'\n');
        return start < 0 ? default : keyText[..start];
    }
}
