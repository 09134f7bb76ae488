using System.Reflection;
using System.Runtime.CompilerServices;

namespace Weir.Gateway.Control.Compile;

/// <summary>The shape of one option type. Binder, schema and reference page all read options classes through this.</summary>
internal sealed class OptionShape
{
    private OptionShape(OptionKind kind, Type type, Type? element)
    {
        Kind = kind;
        Type = type;
        Element = element;
    }

    public OptionKind Kind { get; }

    /// <summary>The type itself, without <see cref="Nullable{T}"/>.</summary>
    public Type Type { get; }

    /// <summary>Type of a list's or dictionary's values; null otherwise.</summary>
    public Type? Element { get; }

    /// <summary>Keys of an object in the order of declaration; empty otherwise.</summary>
    public IEnumerable<PropertyInfo> Properties => Kind != OptionKind.Object ? [] : PropertiesOf(Type);

    /// <summary>The property that a plain value in the object's place sets; null when it must be an object.</summary>
    public PropertyInfo? Shorthand =>
        Kind == OptionKind.Object && Type.GetCustomAttribute<ShorthandAttribute>() is { } shorthand ? Type.GetProperty(shorthand.Property) : null;

    /// <summary>The shape of a type.</summary>
    public static OptionShape Of(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Scalar.Knows(type))
            return new OptionShape(OptionKind.Scalar, type, null);
        if (type.IsArray)
            return new OptionShape(OptionKind.List, type, type.GetElementType());
        if (Generic(type, typeof(IDictionary<,>), typeof(IReadOnlyDictionary<,>)) is [{ } key, { } value] && key == typeof(string))
            return new OptionShape(OptionKind.Dictionary, type, value);
        if (Generic(type, typeof(IEnumerable<>)) is [{ } item])
            return new OptionShape(OptionKind.List, type, item);
        return new OptionShape(OptionKind.Object, type, null);
    }

    private static Type[]? Generic(Type type, params Type[] definitions) =>
        type.GetInterfaces().Append(type)
            .FirstOrDefault(i => i.IsGenericType && definitions.Contains(i.GetGenericTypeDefinition()))
            ?.GetGenericArguments();

    private static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.GetIndexParameters().Length == 0 && p.SetMethod is { IsPublic: true }
                && p.GetCustomAttribute<CompilerGeneratedAttribute>() is null);
}
