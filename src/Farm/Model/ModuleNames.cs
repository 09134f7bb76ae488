using System.Text.RegularExpressions;

namespace Weir.Farm.Model;

/// <summary>What module names tell.</summary>
internal static partial class ModuleNames
{
    /// <summary>True when PHP runs inside Apache: <c>php_module</c>, <c>php7_module</c>, <c>php5_module</c>.</summary>
    public static bool HasPhp(IReadOnlyList<string>? modules) => modules?.Any(m => Php().IsMatch(m)) == true;

    [GeneratedRegex("^php[0-9.]*_module$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Php();
}
