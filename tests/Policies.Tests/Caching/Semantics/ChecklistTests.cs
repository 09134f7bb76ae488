using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.Policies.Tests.Caching.Semantics;

/// <summary>The table of docs/caching.md against the tests that it names.</summary>
public sealed partial class ChecklistTests
{
    /// <summary>Lines of which nothing can be decided without a connection.</summary>
    private static readonly int[] ForTheMiddleware = [18, 19];

    [Fact]
    public void Every_line_of_the_checklist_has_its_test()
    {
        var held = typeof(ChecklistTests).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(ChecklistTests).Namespace)
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributes(typeof(TraitAttribute), inherit: false).Cast<TraitAttribute>())
            .Where(trait => trait.Name == "Checklist")
            .Select(trait => int.Parse(trait.Value, CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(1, 38).Except(ForTheMiddleware), held.Distinct().Order().Except(ForTheMiddleware));
    }

    [Fact]
    public void Every_line_of_the_page_names_tests_that_there_are()
    {
        var root = Root();
        var rows = File.ReadLines(Path.Combine(root, "docs", "caching.md")).Where(line => Row().IsMatch(line)).ToList();
        Assert.Equal(Enumerable.Range(1, 38), rows.Select(row => int.Parse(Row().Match(row).Groups["line"].Value, CultureInfo.InvariantCulture)));
        foreach (var row in rows)
        {
            var source = "";
            var heldBy = row.TrimEnd(' ', '|').Split('|')[^1];
            Assert.True(heldBy.Contains("middleware", StringComparison.Ordinal) || Name().IsMatch(heldBy), row);
            foreach (Match name in Name().Matches(heldBy))
            {
                if (name.Groups["class"].Success)
                {
                    var files = Directory.GetFiles(Path.Combine(root, "tests"), name.Groups["class"].Value + ".cs", SearchOption.AllDirectories);
                    source = string.Concat(files.Select(File.ReadAllText));
                    Assert.NotEmpty(source);
                }

                Assert.Contains(name.Groups["test"].Value, source, StringComparison.Ordinal);
            }
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Weir.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Not within the repository.");
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^\| (?<line>[0-9]+) \|", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Row();

    // `ClassTests.A_name...`, `Another_name...` of the same class, or `ClassTests` for all of them.
    [GeneratedRegex(@"`(?:(?<class>[A-Za-z0-9]+Tests)\b\.?)?(?:\.\.\.)?(?<test>[A-Za-z0-9_]*)(?:\.\.\.)?`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Name();
}
