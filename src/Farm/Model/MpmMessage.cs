namespace Weir.Farm.Model;

/// <summary>One sentence that Apache itself says about its MPM directives.</summary>
/// <param name="Code">Apache's code, for example <c>AH00515</c>.</param>
/// <param name="IsFatal">True when Apache does not start (a syntax error), false for a warning.</param>
/// <param name="Directive">The directive that it is about.</param>
/// <param name="Text">Apache's words after the code.</param>
public sealed record MpmMessage(string Code, bool IsFatal, string Directive, string Text)
{
    /// <summary>The line as <c>apache2 -t</c> prints it (a syntax error without its file and line).</summary>
    public override string ToString() => $"{Code}: {Text}";
}
