using System.Runtime.CompilerServices;

namespace Weir.Fail2ban.Filters;

/// <summary>The expressions of a filter. Compiled once for each definition, however many sources it judges.</summary>
internal sealed class CompiledFilter
{
    private static readonly ConditionalWeakTable<FilterDefinition, CompiledFilter> Known = new();

    private CompiledFilter(FilterDefinition definition)
    {
        if (definition.FailRegex.Count + definition.IgnoreRegex.Count > Fail2banLimits.Expressions)
        {
            throw new FormatException($"Filter {definition.Name} has more than {Fail2banLimits.Expressions} expressions.");
        }

        MaxLines = Math.Clamp(definition.MaxLines, 1, Fail2banLimits.SpannedLines);
        Prefix = string.IsNullOrEmpty(definition.PrefRegex) ? null : Compile(definition, "prefregex", definition.PrefRegex, multiline: false);
        Fail = [.. definition.FailRegex.Select(text => Compile(definition, "failregex", text, MaxLines > 1))];
        Ignore = [.. definition.IgnoreRegex.Select(text => Compile(definition, "ignoreregex", text, multiline: false))];
        for (int index = 0; index < Fail.Length; index++)
        {
            if (!Fail[index].Identifies && Prefix?.Identifies != true)
            {
                throw new FormatException($"Filter {definition.Name}: failregex \"{definition.FailRegex[index]}\" has no <HOST>, <ADDR> or other tag that says who did it.");
            }
        }
    }

    public int MaxLines { get; }

    public LineExpression? Prefix { get; }

    public LineExpression[] Fail { get; }

    public LineExpression[] Ignore { get; }

    /// <exception cref="FormatException">An expression cannot be compiled; the message names filter and expression.</exception>
    public static CompiledFilter Of(FilterDefinition definition) => Known.GetValue(definition, static definition => new CompiledFilter(definition));

    private static LineExpression Compile(FilterDefinition definition, string key, string text, bool multiline)
    {
        try
        {
            return new LineExpression(text, definition.UseDns, multiline);
        }
        catch (FormatException fault)
        {
            throw new FormatException($"Filter {definition.Name}: {key} \"{text}\" {fault.Message}.", fault);
        }
    }
}
