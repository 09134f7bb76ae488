using System.ComponentModel;
using System.Globalization;

namespace Weir.Gateway.Control.Compile;

/// <summary>Text to value and back, stricter than ASP.NET Core's binder where that one guesses.</summary>
internal static class Scalar
{
    private static readonly HashSet<Type> Integers =
        [typeof(int), typeof(long), typeof(short), typeof(byte), typeof(uint), typeof(ulong), typeof(ushort)];

    /// <summary>True for types that one text makes.</summary>
    public static bool Knows(Type type) =>
        type.IsEnum || type == typeof(string) || type == typeof(bool) || type == typeof(TimeSpan) || type == typeof(Uri)
        || type == typeof(Guid) || type == typeof(DateTimeOffset) || type == typeof(Version) || IsNumber(type);

    public static bool IsInteger(Type type) => Integers.Contains(type);

    public static bool IsNumber(Type type) =>
        IsInteger(type) || type == typeof(double) || type == typeof(float) || type == typeof(decimal);

    /// <summary>Makes a value of a text.</summary>
    /// <returns>False when the text is not of the type.</returns>
    public static bool TryParse(Type type, string text, out object? value)
    {
        value = null;
        if (type == typeof(string))
        {
            value = text;
            return true;
        }

        // "5" would be five days; nobody who writes 5 means that.
        if (type == typeof(TimeSpan) && !text.Contains(':', StringComparison.Ordinal))
            return false;
        // Enum.Parse takes numbers, known or not, and flags; a configuration names one member.
        if (type.IsEnum)
        {
            var name = Array.Find(Enum.GetNames(type), n => n.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase));
            value = name is null ? null : Enum.Parse(type, name);
            return name is not null;
        }

        if (type == typeof(Version))
        {
            // As YARP: "2" is 2.0.
            var isVersion = Version.TryParse(text.Contains('.', StringComparison.Ordinal) ? text : text + ".0", out var version);
            value = version;
            return isVersion;
        }

        try
        {
            value = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text.Trim());
            return value is not (double.NaN or float.NaN);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>What a type expects, for "expected ...".</summary>
    public static string Expectation(Type type)
    {
        if (type.IsEnum)
            return "one of " + string.Join(", ", Enum.GetNames(type));
        if (type == typeof(TimeSpan))
            return "a duration as hh:mm:ss, hh:mm:ss.fff or d.hh:mm:ss";
        if (type == typeof(bool))
            return "true or false";
        if (type == typeof(Uri))
            return "a URL";
        if (type == typeof(Version))
            return "a version as 1.1 or 2";
        if (IsInteger(type))
            return $"a whole number from {Show(type.GetField("MinValue")!.GetValue(null))} to {Show(type.GetField("MaxValue")!.GetValue(null))}";
        return IsNumber(type) ? "a number" : type == typeof(string) ? "a text" : $"a {type.Name}";
    }

    /// <summary>A value as a user would write it.</summary>
    public static string Show(object? value) => value switch
    {
        null => "null",
        // "c" writes seven decimals or none; a user writes .001.
        TimeSpan { Ticks: var ticks } time when ticks % TimeSpan.TicksPerSecond != 0 => time.ToString("c", CultureInfo.InvariantCulture).TrimEnd('0'),
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        string text => $"'{text}'",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
