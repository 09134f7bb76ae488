using System.Globalization;
using System.Text.Json.Serialization;

namespace Weir.Farm.Model;

/// <summary>
/// A number as it stands in Apache's configuration. Apache reads most of its counts with C's <c>atoi</c>: leading
/// digits count, anything else is 0, and a value past 64 bits saturates before it is cut to 32. So <c>abc</c> is 0 and
/// <c>99999999999</c> is 1215752191, without a word from Apache.
/// </summary>
/// <param name="Text">The argument as written.</param>
[JsonConverter(typeof(ApacheNumberJsonConverter))]
public readonly record struct ApacheNumber(string Text)
{
    /// <summary>The value that Apache uses.</summary>
    public int Value => Parse(Text);

    /// <summary>True when the text is exactly its value, so that nothing was dropped in silence.</summary>
    public bool IsExact => Text == Value.ToString(CultureInfo.InvariantCulture);

    public static implicit operator ApacheNumber(int value) => new(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Same as the implicit conversion.</summary>
    public static ApacheNumber FromInt32(int value) => value;

    /// <summary>C's <c>atoi</c> as glibc has it on a 64-bit machine.</summary>
    public static int Parse(string? text)
    {
        text ??= "";
        var at = 0;
        while (at < text.Length && (text[at] == ' ' || text[at] is >= '\t' and <= '\r'))
            at++;
        var negative = at < text.Length && text[at] == '-';
        if (at < text.Length && text[at] is '-' or '+')
            at++;
        Int128 value = 0;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
        {
            value = value * 10 + (text[at] - '0');
            if (value > long.MaxValue)
                value = (Int128)long.MaxValue + 1;
        }

        value = negative ? Int128.Max(-value, long.MinValue) : Int128.Min(value, long.MaxValue);
        return unchecked((int)(long)value);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
