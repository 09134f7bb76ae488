using System.ComponentModel;
using System.Reflection;

namespace Weir.Gateway.Tests;

/// <summary>Descriptions feed the schema and the reference page; a setting without one would be silent there.</summary>
public sealed class OptionsDescriptionTests
{
    private static readonly string[] Projects = ["Gateway", "Policies", "Forwarding", "Farm"];

    [Fact]
    public void Every_setting_has_a_description()
    {
        var faults = new List<string>();
        foreach (var (type, section) in Sections())
            Walk(type, section, [], faults);

        Assert.Empty(faults);
    }

    [Fact]
    public void Every_section_lies_under_Weir_and_is_claimed_once()
    {
        var sections = Sections().Select(s => s.Section).ToList();

        Assert.NotEmpty(sections);
        Assert.Equal(sections.Distinct(StringComparer.OrdinalIgnoreCase).Count(), sections.Count);
    }

    private static IEnumerable<(Type Type, string Section)> Sections() =>
        from project in Projects
        from type in Assembly.Load($"Weir.{project}").GetTypes()
        let field = type.GetField("Section", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
        where field is { IsLiteral: true } && field.FieldType == typeof(string)
        let section = (string)field.GetRawConstantValue()!
        where section.StartsWith("Weir:", StringComparison.Ordinal)
        select (type, section);

    private static void Walk(Type type, string path, HashSet<Type> above, List<string> faults)
    {
        if (!above.Add(type))
            return;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is { IsPublic: true }))
        {
            var key = $"{path}:{property.Name}";
            if (string.IsNullOrWhiteSpace(property.GetCustomAttribute<DescriptionAttribute>()?.Description))
                faults.Add($"{key} ({type.Name}) has no [Description]");
            if (Nested(property.PropertyType) is { } nested)
                Walk(nested, key, above, faults);
        }

        above.Remove(type);
    }

    private static Type? Nested(Type type)
    {
        if (type.IsArray)
            return Nested(type.GetElementType()!);
        if (type.IsGenericType)
            return Nested(type.GetGenericArguments()[^1]);
        return type.IsClass && type.FullName!.StartsWith("Weir.", StringComparison.Ordinal) ? type : null;
    }
}
