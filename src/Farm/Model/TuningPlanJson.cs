using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weir.Farm.Model;

/// <summary>The plan as JSON.</summary>
public static class TuningPlanJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        // The text goes to files and terminals, not into HTML; Apache's quotes stay readable.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Indented JSON, without a line feed at its end.</summary>
    public static string Write(TuningPlan plan) => JsonSerializer.Serialize(plan, Options);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">Not a plan.</exception>
    public static TuningPlan Read(string json) => JsonSerializer.Deserialize<TuningPlan>(json, Options) ?? throw new JsonException("The text is null.");
}
