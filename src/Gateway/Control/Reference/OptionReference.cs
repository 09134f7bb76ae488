using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Weir.Gateway.Control.Compile;

namespace Weir.Gateway.Control.Reference;

/// <summary>What schema and reference page say about one property.</summary>
internal static class OptionReference
{
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>The description; a duration's range goes with it, for JSON Schema cannot compare durations.</summary>
    public static string? Describe(PropertyInfo property)
    {
        var text = property.GetCustomAttribute<DescriptionAttribute>()?.Description;
        var isDuration = OptionShape.Of(property.PropertyType).Type == typeof(TimeSpan);
        return isDuration && property.GetCustomAttribute<RangeAttribute>() is { } range
            ? $"{text} {Constraints.Describe(range)}."
            : text;
    }

    /// <summary>True when null means "not set".</summary>
    public static bool IsOptional(PropertyInfo property)
    {
        if (OptionShape.Of(property.PropertyType).Kind != OptionKind.Scalar)
            return false;
        if (property.PropertyType.IsValueType)
            return Nullable.GetUnderlyingType(property.PropertyType) is not null;
        lock (Nullability)
            return Nullability.Create(property).WriteState != NullabilityState.NotNull;
    }

    /// <summary>What a value may be, for people.</summary>
    public static string Allowed(PropertyInfo property)
    {
        var shape = OptionShape.Of(property.PropertyType);
        var type = shape.Kind == OptionKind.Scalar ? shape.Type : OptionShape.Of(shape.Element ?? typeof(string)).Type;
        var kind = shape.Kind switch
        {
            OptionKind.List => "list of ",
            OptionKind.Dictionary => "by name: ",
            _ => "",
        };
        if (property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed)
            return kind + string.Join(", ", allowed.Values.Select(v => v ?? "null"));
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
            return kind + Constraints.Describe(range);
        if (property.GetCustomAttribute<RegularExpressionAttribute>() is { } regex)
            return $"{kind}text matching `` {regex.Pattern} ``";
        return kind + (Scalar.Knows(type) ? Simple(type) : "object");
    }

    private static string Simple(Type type) =>
        type.IsEnum ? string.Join(", ", Enum.GetNames(type))
        : type == typeof(TimeSpan) ? "duration"
        : type == typeof(bool) ? "true, false"
        : Scalar.IsInteger(type) ? "whole number"
        : Scalar.IsNumber(type) ? "number"
        : "text";
}
