using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Weir.Gateway.Control.Compile;

/// <summary>The bounds that a property's attributes set, and the sentence for a value outside them.</summary>
internal static class Constraints
{
    /// <summary>What is allowed when a scalar breaks a rule of its property; null when it keeps all.</summary>
    public static string? Broken(PropertyInfo property, object value)
    {
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>(inherit: true))
        {
            var allowed = rule switch
            {
                RangeAttribute range => InRange(range, value) ? null : Describe(range),
                RegularExpressionAttribute regex => Matches(regex, value) ? null : $"text that matches {regex.Pattern}",
                AllowedValuesAttribute values => IsAllowed(values, value) ? null : string.Join(", ", values.Values.Select(v => v ?? "null")),
                StringLengthAttribute length => rule.IsValid(value) ? null : $"{length.MinimumLength} to {length.MaximumLength} characters",
                LengthAttribute or MinLengthAttribute or MaxLengthAttribute when value is not string => null,
                _ => rule.IsValid(value) ? null : rule.FormatErrorMessage(property.Name).TrimEnd('.'),
            };
            if (allowed is not null)
                return allowed;
        }

        return null;
    }

    /// <summary>What is allowed when a collection has too few or too many values; null when the count is right.</summary>
    public static string? BrokenCount(PropertyInfo property, int count)
    {
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>(inherit: true))
        {
            var (least, most) = rule switch
            {
                LengthAttribute length => (length.MinimumLength, length.MaximumLength),
                MinLengthAttribute min => (min.Length, int.MaxValue),
                MaxLengthAttribute max => (0, max.Length),
                _ => (0, int.MaxValue),
            };
            if (count < least || count > most)
                return most == int.MaxValue ? $"{least} or more" : $"{least} to {most}";
        }

        return null;
    }

    /// <summary>A range's ends as values of its type.</summary>
    public static (object Least, object Most) Ends(RangeAttribute range)
    {
        return (End(range.Minimum), End(range.Maximum));

        object End(object end) =>
            end is string text && Scalar.TryParse(range.OperandType, text, out var parsed) && parsed is not null ? parsed : end;
    }

    /// <summary><c>1 to 10</c>, with a word for an end that does not belong to the range.</summary>
    public static string Describe(RangeAttribute range)
    {
        var (least, most) = Ends(range);
        return $"{(range.MinimumIsExclusive ? "above " : "")}{Scalar.Show(least)} to {(range.MaximumIsExclusive ? "below " : "")}{Scalar.Show(most)}";
    }

    private static bool InRange(RangeAttribute range, object value)
    {
        var (least, most) = Ends(range);
        if (Scalar.IsNumber(value.GetType()) && Scalar.IsNumber(least.GetType()))
        {
            // A range of int on a long property must not overflow: compare as the wider of the two.
            var isExact = Scalar.IsInteger(value.GetType()) && Scalar.IsInteger(least.GetType());
            IComparable Widen(object v) => isExact
                ? Convert.ToDecimal(v, CultureInfo.InvariantCulture)
                : Convert.ToDouble(v, CultureInfo.InvariantCulture);
            return Inside(range, Widen(value), Widen(least), Widen(most));
        }

        return value is not IComparable comparable || comparable.GetType() != least.GetType() || Inside(range, comparable, least, most);
    }

    private static bool Inside(RangeAttribute range, IComparable value, object least, object most) =>
        value.CompareTo(least) >= (range.MinimumIsExclusive ? 1 : 0) && value.CompareTo(most) <= (range.MaximumIsExclusive ? -1 : 0);

    private static bool Matches(RegularExpressionAttribute rule, object value)
    {
        var match = Regex.Match(value.ToString() ?? "", rule.Pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
        return match.Success && match.Index == 0 && match.Length == (value.ToString()?.Length ?? 0);
    }

    private static bool IsAllowed(AllowedValuesAttribute rule, object value) =>
        rule.Values.Any(v => v is string text && value is string found ? text.Equals(found, StringComparison.Ordinal) : Equals(v, value));
}
