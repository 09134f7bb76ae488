namespace Weir.Farm.Readers.Config;

/// <summary>One directive that is in force.</summary>
/// <param name="Name">As written; names are case-insensitive.</param>
/// <param name="Arguments">Unquoted, variables expanded.</param>
/// <param name="Sections">Enclosing sections from the outside in, for example <c>VirtualHost</c>; empty at server level. Conditions such as IfModule are gone.</param>
/// <param name="File">Path of the file.</param>
/// <param name="Line">Line of its beginning, from 1.</param>
public sealed record ApacheDirective(string Name, IReadOnlyList<string> Arguments, IReadOnlyList<string> Sections, string File, int Line)
{
    /// <summary>True outside of every section, or in a global one.</summary>
    public bool IsServerLevel => Sections.Count == 0;

    /// <summary>True when the name is this one.</summary>
    public bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
