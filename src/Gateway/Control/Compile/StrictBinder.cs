using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Weir.Gateway.Control.Sources;

namespace Weir.Gateway.Control.Compile;

/// <summary>
/// Binds a section to its options class and reports every fault with its full key path: unknown keys with the nearest
/// known one, wrong types, values out of range. A list in the configuration replaces the default list, it does not grow it.
/// </summary>
/// <param name="settings">Tells where a value stands.</param>
/// <param name="errors">Takes the faults.</param>
/// <param name="ignoresUnknownKeys">For classes that are not ours, such as YARP's.</param>
internal sealed class StrictBinder(Settings settings, ErrorList errors, bool ignoresUnknownKeys = false)
{
    private static readonly NullabilityInfoContext Nullability = new();
    private static readonly Lock NullabilityLock = new();

    /// <summary>Makes the options of a section; a faulty value leaves its default in place.</summary>
    public object Bind(IConfigurationSection section, Type type)
    {
        var made = Activator.CreateInstance(type)!;
        Fill(section, made);
        return made;
    }

    private void Fill(IConfigurationSection section, object target)
    {
        var shape = OptionShape.Of(target.GetType());
        var properties = shape.Properties.ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
        if (!string.IsNullOrEmpty(section.Value) && shape.Shorthand is { } shorthand)
        {
            Property(section, target, shorthand);
            return;
        }

        if (!string.IsNullOrEmpty(section.Value))
        {
            Wrong(section.Path, $"is {Scalar.Show(section.Value)}; expected an object with the keys {string.Join(", ", properties.Keys)}.");
            return;
        }

        foreach (var child in section.GetChildren())
        {
            if (properties.TryGetValue(child.Key, out var property))
                Property(child, target, property);
            else if (!ignoresUnknownKeys)
                Wrong(child.Path, $"is unknown; the nearest known key is {NearestKey.Of(child.Key, properties.Keys)}.");
        }

        foreach (var property in properties.Values.Where(p => p.GetCustomAttribute<RequiredAttribute>() is not null))
        {
            if (property.GetValue(target) is null or "" && !errors.Has($"{section.Path}:{property.Name}"))
                Wrong($"{section.Path}:{property.Name}", "is missing; it must be set.");
        }
    }

    private void Property(IConfigurationSection section, object target, PropertyInfo property)
    {
        var before = errors.Count;
        var value = Value(section, property.PropertyType, property, property.GetValue(target), IsNullable(property));
        if (errors.Count == before || value is not null)
            property.SetValue(target, value);
    }

    private object? Value(IConfigurationSection section, Type type, PropertyInfo property, object? current, bool isNullable)
    {
        var shape = OptionShape.Of(type);
        switch (shape.Kind)
        {
            case OptionKind.Scalar when shape.Type.IsDefined(typeof(FlagsAttribute), inherit: false) && section.GetChildren().Any():
                return Flags(section, shape.Type, property);
            case OptionKind.Scalar:
                return ScalarValue(section, shape.Type, property, isNullable) ?? (IsNull(section) && isNullable ? null : current);
            case OptionKind.List:
                return List(section, shape, property, current);
            case OptionKind.Dictionary:
                return Map(section, shape, property, current);
            default:
                if (IsNull(section) && isNullable)
                    return current;
                var made = Activator.CreateInstance(shape.Type)!;
                Fill(section, made);
                return made;
        }
    }

    private object? ScalarValue(IConfigurationSection section, Type type, PropertyInfo property, bool isNullable)
    {
        if (section.GetChildren().Any())
        {
            Wrong(section.Path, $"is an object or a list; expected {Allowed(property, type)}.");
            return null;
        }

        var text = section.Value;
        // As ASP.NET Core: an empty text clears an optional value that is not text.
        if (text is null || (text.Length == 0 && isNullable && type != typeof(string)))
        {
            if (!isNullable)
                Wrong(section.Path, $"is null; expected {Allowed(property, type)}.");
            return null;
        }

        if (!Scalar.TryParse(type, text, out var value) || value is null)
        {
            var nearest = type.IsEnum ? $"; the nearest is {NearestKey.Of(text, Enum.GetNames(type))}" : "";
            Wrong(section.Path, $"is {Shown(property, text)}; expected {Allowed(property, type)}{nearest}.");
            return null;
        }

        if (Constraints.Broken(property, value) is { } allowed)
        {
            Wrong(section.Path, $"is {Shown(property, value)}; allowed: {allowed}.");
            return null;
        }

        return value;
    }

    private object Flags(IConfigurationSection section, Type type, PropertyInfo property)
    {
        var sum = 0L;
        foreach (var child in section.GetChildren())
            sum |= Convert.ToInt64(ScalarValue(child, type, property, isNullable: false), CultureInfo.InvariantCulture);
        return Enum.ToObject(type, sum);
    }

    private object? List(IConfigurationSection section, OptionShape shape, PropertyInfo property, object? current)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            Wrong(section.Path, $"is {Shown(property, section.Value)}; expected a list.");
            return current;
        }

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(shape.Element!))!;
        foreach (var child in section.GetChildren())
        {
            if (!int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                Wrong(child.Path, $"is a name; {section.Path} is a list, whose keys are 0, 1, 2 ....");
            else if (Value(child, shape.Element!, property, null, isNullable: false) is { } item)
                list.Add(item);
        }

        CheckCount(section, property, list.Count);
        if (shape.Type.IsArray)
        {
            var array = Array.CreateInstance(shape.Element!, list.Count);
            list.CopyTo(array, 0);
            return array;
        }

        return shape.Type.IsAssignableFrom(list.GetType()) ? list : Activator.CreateInstance(shape.Type, list);
    }

    private object? Map(IConfigurationSection section, OptionShape shape, PropertyInfo property, object? current)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            Wrong(section.Path, $"is {Shown(property, section.Value)}; expected an object whose keys are names.");
            return current;
        }

        var type = typeof(Dictionary<,>).MakeGenericType(typeof(string), shape.Element!);
        var map = (IDictionary)Activator.CreateInstance(type, StringComparer.OrdinalIgnoreCase)!;
        foreach (var child in section.GetChildren())
        {
            if (Value(child, shape.Element!, property, null, isNullable: false) is { } item)
                map[child.Key] = item;
        }

        CheckCount(section, property, map.Count);
        return map;
    }

    private void CheckCount(IConfigurationSection section, PropertyInfo property, int count)
    {
        if (Constraints.BrokenCount(property, count) is { } allowed)
            Wrong(section.Path, $"has {count} values; allowed: {allowed}.");
    }

    // Faults go to logs, terminals and the farm report.
    private static string Shown(PropertyInfo property, object value) =>
        property.GetCustomAttribute<PasswordPropertyTextAttribute>() is { Password: true } ? "(hidden)" : Scalar.Show(value);

    private static string Allowed(PropertyInfo property, Type type)
    {
        var range = property.GetCustomAttribute<RangeAttribute>();
        var values = property.GetCustomAttribute<AllowedValuesAttribute>();
        if (values is not null)
            return "one of " + string.Join(", ", values.Values);
        if (range is null)
            return Scalar.Expectation(type);
        var kind = Scalar.IsInteger(type) ? "a whole number" : Scalar.Expectation(type);
        return $"{kind}, {Constraints.Describe(range)}";
    }

    private static bool IsNull(IConfigurationSection section) => section.Value is null && !section.GetChildren().Any();

    private static bool IsNullable(PropertyInfo property)
    {
        if (property.PropertyType.IsValueType)
            return Nullable.GetUnderlyingType(property.PropertyType) is not null;
        // NullabilityInfoContext caches without locks.
        lock (NullabilityLock)
            return Nullability.Create(property).WriteState != NullabilityState.NotNull;
    }

    private void Wrong(string path, string sentence) => errors.Add(path, $"{path} {sentence}", settings.OriginOf(path));
}
