using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weir.Farm.Model;

/// <summary>A JSON number when the text is a plain number, else a JSON string with the text as written.</summary>
internal sealed class ApacheNumberJsonConverter : JsonConverter<ApacheNumber>
{
    public override ApacheNumber Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.TryGetInt32(out var number) => number,
        JsonTokenType.Number => throw new JsonException("A number of Apache's configuration has 32 bits; write a longer one as a string."),
        JsonTokenType.String => new ApacheNumber(reader.GetString()!),
        _ => throw new JsonException($"A number or a string is expected, found {reader.TokenType}."),
    };

    public override void Write(Utf8JsonWriter writer, ApacheNumber value, JsonSerializerOptions options)
    {
        if (value.IsExact)
            writer.WriteNumberValue(int.Parse(value.Text, CultureInfo.InvariantCulture));
        else
            writer.WriteStringValue(value.Text);
    }
}
