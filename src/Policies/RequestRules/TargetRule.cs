using System.Buffers;

namespace Weir.Policies.RequestRules;

/// <summary>
/// Request targets that everyone reads alike. The server has refused bytes from 0x80, NUL and <c>%00</c> in paths, has
/// removed dot segments from the path and decoded it, all but <c>%2F</c>.
/// </summary>
internal static class TargetRule
{
    // Controls, space and DEL are no URI characters, # ends one, and \ is a slash to some; % needs a closer look.
    private static readonly SearchValues<char> Rare =
        SearchValues.Create([.. Enumerable.Range(0, 0x21).Append(0x7F).Select(c => (char)c), '#', '\\', '%']);

    private static readonly SearchValues<char> Forbidden =
        SearchValues.Create([.. Enumerable.Range(0, 0x21).Append(0x7F).Select(c => (char)c), '#']);

    /// <summary>Null lets it pass. Not for CONNECT.</summary>
    /// <param name="target">As it stood in the request line, or in <c>:path</c>.</param>
    /// <param name="hasHost">False when no Host came along, as HTTP/1.0 may.</param>
    public static RequestFault? Judge(string target, bool hasHost)
    {
        if (target.StartsWith('/'))
            return target.AsSpan().ContainsAny(Rare) ? JudgeRare(target, PathOf(target)) : null;
        return target is "*" ? null : JudgeAbsolute(target, hasHost);
    }

    private static RequestFault? JudgeRare(ReadOnlySpan<char> target, ReadOnlySpan<char> path)
    {
        if (target.ContainsAny(Forbidden))
            return RequestFault.TargetInvalid;
        // In a query it is only a character; browsers send it there.
        if (path.Contains('\\'))
            return RequestFault.TargetAmbiguous;
        for (var at = path.IndexOf('%'); at >= 0;)
        {
            if (path.Length < at + 3 || !char.IsAsciiHexDigit(path[at + 1]) || !char.IsAsciiHexDigit(path[at + 2]))
                return RequestFault.TargetInvalid;
            // An encoded control has no place in a path, and a server that rewrites URLs may put it raw into a header (CVE-2023-25690).
            if (path[at + 1] is '0' or '1' || (path[at + 1] == '7' && path[at + 2] is 'f' or 'F'))
                return RequestFault.TargetInvalid;
            var next = path[(at + 3)..].IndexOf('%');
            at = next < 0 ? -1 : at + 3 + next;
        }

        return null;
    }

    /// <summary>
    /// <c>http://host/path</c>. The server has held its authority against Host. Its path it decodes in another way than that of the
    /// ordinary form, slashes and all: what could then mean something else does not pass.
    /// </summary>
    private static RequestFault? JudgeAbsolute(string target, bool hasHost)
    {
        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
            return RequestFault.TargetInvalid;
        var rest = target.AsSpan(scheme + 3);
        var end = rest.IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        if (!hasHost)
            return RequestFault.HostMissing;
        if (authority.IsEmpty || authority.ContainsAny('@', '\\', '%'))
            return RequestFault.TargetAmbiguous;
        var path = end < 0 ? default : PathOf(rest[end..]);
        if (JudgeRare(rest, path) is { } fault)
            return fault;
        return Encodes(path, "%2F") || Encodes(path, "%5C") || Encodes(path, "%2E") ? RequestFault.TargetAmbiguous : null;
    }

    private static bool Encodes(ReadOnlySpan<char> path, string what) => path.Contains(what, StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> target)
    {
        var query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }
}
