namespace Weir.Farm.Readers.Config;

/// <summary>Something wrong in a configuration file.</summary>
/// <param name="File">Path of the file.</param>
/// <param name="Line">Line, from 1; 0 for the file as a whole.</param>
/// <param name="Text">A sentence.</param>
public sealed record ApacheConfigProblem(string File, int Line, string Text)
{
    /// <summary><c>file:line: text</c>.</summary>
    public override string ToString() => Line > 0 ? $"{File}:{Line}: {Text}" : $"{File}: {Text}";
}
