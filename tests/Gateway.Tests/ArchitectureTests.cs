using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Weir.Gateway.Tests;

/// <summary>The house rules that a compiler does not hold.</summary>
public sealed partial class ArchitectureTests
{
    private const int MaxLines = 400;

    // Project -> what it may refer to. A new project has to be entered here, with thought.
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Gateway"] = ["Policies", "Forwarding", "Farm", "Fail2ban", "Stores", "Transport"],
        ["Policies"] = ["Forwarding", "Farm", "Fail2ban", "Stores"],
        ["Forwarding"] = [],
        ["Farm"] = [],
        ["Fail2ban"] = [],
        ["Stores"] = [],
        ["Transport"] = [],
    };

    private static readonly string[] TextExtensions =
        [".cs", ".csproj", ".props", ".targets", ".json", ".md", ".sh", ".yaml", ".yml", ".js", ".ts", ".service", ".txt"];

    [Fact]
    public void Project_references_point_one_way_only()
    {
        var faults = new List<string>();
        foreach (var file in Repository.Files("src", ".csproj"))
        {
            var project = Path.GetFileName(Path.GetDirectoryName(file)!);
            if (!Allowed.TryGetValue(project, out var allowed))
            {
                faults.Add($"{project}: not in this test's table");
                continue;
            }

            faults.AddRange(XDocument.Load(file).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))["Weir.".Length..])
                .Where(target => !allowed.Contains(target, StringComparer.Ordinal))
                .Select(target => $"{project} -> {target}"));
        }

        Assert.Empty(faults);
    }

    [Fact]
    public void Built_assemblies_use_only_what_their_layer_may_use()
    {
        var faults = new List<string>();
        foreach (var (project, allowed) in Allowed)
        {
            var used = System.Reflection.Assembly.Load($"Weir.{project}").GetReferencedAssemblies()
                .Where(name => name.Name!.StartsWith("Weir.", StringComparison.Ordinal))
                .Select(name => name.Name!["Weir.".Length..]);
            faults.AddRange(used.Except(allowed, StringComparer.Ordinal).Select(target => $"{project} -> {target}"));
        }

        Assert.Empty(faults);
    }

    [Fact]
    public void A_slice_of_the_data_plane_never_uses_another_slice()
    {
        var faults = new List<string>();
        foreach (var file in Repository.Files("src/Policies", ".cs"))
        {
            var parts = Repository.Relative(file).Split('/');
            if (parts.Length < 4)
                continue;
            var slice = parts[2];
            faults.AddRange(SliceName().Matches(File.ReadAllText(file)).Select(match => match.Groups["slice"].Value)
                .Where(other => other != slice && other != "Contracts" && Directory.Exists(Repository.At($"src/Policies/{other}")))
                .Select(other => $"{Repository.Relative(file)} uses {other}"));
        }

        Assert.Empty(faults);
    }

    [Fact]
    public void Every_namespace_is_its_folder()
    {
        var faults = new List<string>();
        foreach (var file in Repository.Files("src", ".cs"))
        {
            var folder = Path.GetDirectoryName(Repository.Relative(file))!.Replace('\\', '/');
            var expected = "Weir." + folder["src/".Length..].Replace('/', '.');
            var found = Namespace().Match(File.ReadAllText(file));
            // Program.cs is top-level statements, which have no namespace.
            if (!found.Success ? Path.GetFileName(file) != "Program.cs" : found.Groups["name"].Value != expected)
                faults.Add($"{Repository.Relative(file)}: expected {expected}, found '{found.Groups["name"].Value}'");
        }

        Assert.Empty(faults);
    }

    [Fact]
    public void No_source_file_is_longer_than_400_lines()
    {
        var faults = Repository.Files("src", ".cs")
            .Select(file => (Name: Repository.Relative(file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > MaxLines)
            .Select(file => $"{file.Name}: {file.Lines} lines");

        Assert.Empty(faults);
    }

    [Fact]
    public void Nothing_names_a_path_of_one_machine()
    {
        var faults = new List<string>();
        foreach (var file in Repository.Files("").Where(f => TextExtensions.Contains(Path.GetExtension(f), StringComparer.Ordinal)))
        {
            var number = 0;
            foreach (var line in File.ReadLines(file))
            {
                number++;
                if (MachinePath().IsMatch(line))
                    faults.Add($"{Repository.Relative(file)}:{number}: {line.Trim()}");
            }
        }

        Assert.Empty(faults);
    }

    [GeneratedRegex(@"\bWeir\.Policies\.(?<slice>[A-Z]\w*)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex SliceName();

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Namespace();

    // Home folders and scratch folders of whoever wrote the line; written so that this line does not match itself.
    [GeneratedRegex(@"(?<![\w.*}\])-])/(home|root|work|Users)/[\w.]", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex MachinePath();
}
