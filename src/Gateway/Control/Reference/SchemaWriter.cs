using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weir.Gateway.Control.Compile;

namespace Weir.Gateway.Control.Reference;

/// <summary>
/// Writes appsettings.schema.json: JSON Schema draft-07, which editors complete best. Ours is strict; ReverseProxy,
/// Kestrel and Logging are YARP's and ASP.NET Core's, so they are only outlined.
/// </summary>
internal static class SchemaWriter
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema, ending with a line feed.</summary>
    public static string Write(IEnumerable<Section> sections)
    {
        var weir = new JsonObject();
        foreach (var section in sections)
            weir[section.Path.Split(':')[1]] = Object(section.Type, Activator.CreateInstance(section.Type)!);
        var root = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "Weir",
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["$schema"] = new JsonObject { ["type"] = "string" },
                ["ReverseProxy"] = ProxySchema.Create(),
                ["Weir"] = new JsonObject { ["type"] = "object", ["properties"] = weir, ["additionalProperties"] = false },
            },
        };
        return root.ToJsonString(Format) + "\n";
    }

    private static JsonObject Object(Type type, object defaults)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var property in OptionShape.Of(type).Properties)
        {
            properties[property.Name] = Property(property, property.GetValue(defaults));
            if (property.GetCustomAttribute<RequiredAttribute>() is not null)
                required.Add(property.Name);
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (required.Count > 0)
            schema["required"] = required;
        return OptionShape.Of(type).Shorthand is { } shorthand
            ? new JsonObject { ["anyOf"] = new JsonArray(Property(shorthand, shorthand.GetValue(defaults)), schema) }
            : schema;
    }

    private static JsonObject Property(PropertyInfo property, object? value)
    {
        var schema = Value(property.PropertyType, property, value);
        if (OptionReference.Describe(property) is { } description)
            schema["description"] = description;
        if (OptionShape.Of(property.PropertyType).Kind == OptionKind.Scalar && value is not null)
            schema["default"] = Literal(value);
        if (OptionReference.IsOptional(property) && schema["type"] is JsonValue single)
        {
            schema["type"] = new JsonArray(single.DeepClone(), "null");
            if (schema["enum"] is JsonArray names)
                names.Add(null);
        }

        return schema;
    }

    private static JsonObject Value(Type type, PropertyInfo property, object? value)
    {
        var shape = OptionShape.Of(type);
        return shape.Kind switch
        {
            OptionKind.Scalar => ScalarSchema(shape.Type, property),
            OptionKind.List => new JsonObject { ["type"] = "array", ["items"] = Value(shape.Element!, property, null) },
            OptionKind.Dictionary => new JsonObject { ["type"] = "object", ["additionalProperties"] = Value(shape.Element!, property, null) },
            _ => Object(shape.Type, value ?? Activator.CreateInstance(shape.Type)!),
        };
    }

    private static JsonObject ScalarSchema(Type type, PropertyInfo property)
    {
        var schema = new JsonObject
        {
            ["type"] = type == typeof(bool) ? "boolean" : Scalar.IsInteger(type) ? "integer" : Scalar.IsNumber(type) ? "number" : "string",
        };
        if (type.IsEnum)
            schema["enum"] = new JsonArray([.. Enum.GetNames(type).Select(n => (JsonNode)n)]);
        if (type == typeof(TimeSpan))
            schema["pattern"] = @"^-?(\d+\.)?\d{1,2}:\d{2}(:\d{2}(\.\d{1,7})?)?$";
        if (property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed)
            schema["enum"] = new JsonArray([.. allowed.Values.Select(v => v is null ? null : Literal(v))]);
        if (property.GetCustomAttribute<RegularExpressionAttribute>() is { } regex)
            schema["pattern"] = regex.Pattern;
        if (property.GetCustomAttribute<RangeAttribute>() is { } range && Scalar.IsNumber(type))
        {
            var (least, most) = Constraints.Ends(range);
            schema[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = Literal(least);
            schema[range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = Literal(most);
        }

        return schema;
    }

    private static JsonValue Literal(object value) => value switch
    {
        bool flag => JsonValue.Create(flag),
        string text => JsonValue.Create(text),
        Enum member => JsonValue.Create(member.ToString()),
        TimeSpan time => JsonValue.Create(Scalar.Show(time)),
        double or float or decimal => JsonValue.Create(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        _ when Scalar.IsInteger(value.GetType()) => JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(value.ToString()!),
    };
}
