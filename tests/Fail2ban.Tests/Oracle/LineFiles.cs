namespace Weir.Fail2ban.Tests.Oracle;

/// <summary>The lines that we wrote for filters: some that match each expression, some that nearly do.</summary>
internal static class LineFiles
{
    public static IReadOnlyList<OracleQuestion> All { get; } =
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Lines"), "*.log").Order(StringComparer.Ordinal).Select(static file =>
        {
            string[] lines = File.ReadAllText(file).TrimEnd('\n').Split('\n');
            return new OracleQuestion(lines[0]["# filter: ".Length..], lines[1..]);
        }),
    ];
}
