using System.Globalization;
using System.Reflection;
using System.Text;
using Weir.Gateway.Control.Compile;

namespace Weir.Gateway.Control.Reference;

/// <summary>Writes docs/reference/configuration.md from the options classes.</summary>
internal static class ReferenceWriter
{
    /// <summary>The page, ending with a line feed.</summary>
    public static string Write(IEnumerable<Section> sections)
    {
        var page = new StringBuilder();
        page.Append("# Configuration reference\n\n");
        page.Append("Generated from the options classes by `make schema`; a test holds it to them. Durations are `hh:mm:ss[.fff]`, ");
        page.Append("`d.hh:mm:ss` for days. `{name}` is a name of your choosing, `{n}` a place in a list. ");
        page.Append("How files, variables and reload work stands in [configuration.md](../configuration.md).\n");
        foreach (var section in sections)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {section.Path}\n\n");
            if (OptionShape.Of(section.Type).Shorthand is { } shorthand)
                page.Append(CultureInfo.InvariantCulture, $"A plain value in the section's place sets `{section.Path}:{shorthand.Name}`.\n\n");
            page.Append("| Key | Default | Allowed | What it is |\n|---|---|---|---|\n");
            Rows(page, section.Path, section.Type, Activator.CreateInstance(section.Type)!);
        }

        return page.ToString();
    }

    private static void Rows(StringBuilder page, string path, Type type, object defaults)
    {
        foreach (var property in OptionShape.Of(type).Properties)
        {
            var shape = OptionShape.Of(property.PropertyType);
            var key = $"{path}:{property.Name}";
            if (shape.Kind == OptionKind.Object)
            {
                Rows(page, key, shape.Type, property.GetValue(defaults) ?? Activator.CreateInstance(shape.Type)!);
                continue;
            }

            var inner = shape.Element is null ? null : OptionShape.Of(shape.Element);
            var step = shape.Kind switch
            {
                OptionKind.List => ":{n}",
                OptionKind.Dictionary => ":{name}",
                _ => "",
            };
            if (inner?.Kind == OptionKind.Object)
                Rows(page, key + step, inner.Type, Activator.CreateInstance(inner.Type)!);
            else
                Row(page, key + step, property, property.GetValue(defaults));
        }
    }

    private static void Row(StringBuilder page, string key, PropertyInfo property, object? value)
    {
        var isScalar = OptionShape.Of(property.PropertyType).Kind == OptionKind.Scalar;
        var shown = !isScalar ? "none" : value is null ? "not set" : $"`{Scalar.Show(value).Trim('\'')}`";
        // The range stands in its own column, so the plain description is enough here.
        var text = property.GetCustomAttribute<System.ComponentModel.DescriptionAttribute>()?.Description ?? "";
        page.Append(CultureInfo.InvariantCulture, $"| `{key}` | {shown} | {Cell(OptionReference.Allowed(property))} | {Cell(text)} |\n");
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
