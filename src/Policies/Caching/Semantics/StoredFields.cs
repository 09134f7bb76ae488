using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Semantics;

/// <summary>Which lines of a head are kept (RFC 9111 section 3.1).</summary>
internal static class StoredFields
{
    /// <returns>True for a field of one connection, and for those that a stored answer has values of its own for: Age, Content-Length.</returns>
    public static bool NeverKept(string name) => name.Length switch
    {
        2 => FieldText.Same(name, "TE"),
        3 => FieldText.Same(name, "Age"),
        7 => FieldText.Same(name, "Trailer") || FieldText.Same(name, "Upgrade"),
        10 => FieldText.Same(name, "Connection") || FieldText.Same(name, "Keep-Alive"),
        14 => FieldText.Same(name, "Content-Length"),
        16 => FieldText.Same(name, "Proxy-Connection"),
        17 => FieldText.Same(name, "Transfer-Encoding"),
        18 => FieldText.Same(name, "Proxy-Authenticate"),
        19 => FieldText.Same(name, "Proxy-Authorization"),
        25 => FieldText.Same(name, "Proxy-Authentication-Info"),
        _ => false,
    };

    /// <returns>The head without what is not kept, and without what Connection, no-cache="..." and private="..." name.</returns>
    public static FieldLine[] Of(IReadOnlyList<FieldLine> fields, CacheControl control)
    {
        var connection = FieldText.Joined(fields, "Connection");
        var kept = new List<FieldLine>(fields.Count);
        for (var i = 0; i < fields.Count; i++)
        {
            var name = fields[i].Name;
            if (!NeverKept(name) && !Names(connection, name) && !Names(control.NoCacheFields, name) && !Names(control.PrivateFields, name))
            {
                kept.Add(fields[i]);
            }
        }

        return [.. kept];
    }

    private static bool Names(string? list, string name)
    {
        foreach (var member in new ListMembers(list))
        {
            if (FieldText.Same(member, name))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Names(IReadOnlyList<string> list, string name)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (FieldText.Same(list[i], name))
            {
                return true;
            }
        }

        return false;
    }
}
