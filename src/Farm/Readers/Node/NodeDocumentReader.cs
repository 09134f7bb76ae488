using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Weir.Farm.Model;

namespace Weir.Farm.Readers.Node;

/// <summary>
/// Reads a node document strictly: an unknown member, a wrong type or a value out of range makes the whole document
/// invalid, with a sentence that names member, range and value. Never throws.
/// </summary>
public static class NodeDocumentReader
{
    /// <summary>Largest document that is read.</summary>
    public const int MaxBytes = 64 << 10;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, CommentHandling = JsonCommentHandling.Disallow, AllowTrailingCommas = false };

    /// <summary>Reads one document.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="document">What it says.</param>
    /// <param name="error">A full sentence when the result is false.</param>
    public static bool TryRead(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out NodeDocument? document, [NotNullWhen(false)] out string? error)
    {
        document = null;
        if (json.Length > MaxBytes)
        {
            error = $"The node document has {json.Length} bytes; allowed: at most {MaxBytes}.";
            return false;
        }

        try
        {
            using var parsed = JsonDocument.Parse(json, Strict);
            if (parsed.RootElement.ValueKind != JsonValueKind.Object)
            {
                error = $"The node document is a JSON {parsed.RootElement.ValueKind.ToString().ToLowerInvariant()}; allowed: an object.";
                return false;
            }

            document = Read(parsed.RootElement, out error);
            return error is null && document is not null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            error = $"The node document is no JSON: {broken.Message}";
            return false;
        }
    }

    private static NodeDocument? Read(JsonElement root, out string? error)
    {
        var document = new NodeDocument();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        error = null;
        foreach (var member in root.EnumerateObject())
        {
            if (!seen.Add(member.Name))
                error = $"Member \"{member.Name}\" stands twice in the node document.";
            else if (member.Value.ValueKind != JsonValueKind.Null)
                document = Apply(document, member.Name, member.Value, out error);
            if (error is not null)
                return null;
        }

        if (document.MaxRequestWorkers is { } workers && document.ThreadsPerChild > workers)
            error = $"threadsPerChild is {document.ThreadsPerChild}; allowed: at most maxRequestWorkers ({workers}).";
        return document;
    }

    private static NodeDocument Apply(NodeDocument d, string name, JsonElement value, out string? error)
    {
        error = null;
        switch (name)
        {
            case "mpm": return d with { Mpm = MpmOf(value, out error) };
            case "maxRequestWorkers": return d with { MaxRequestWorkers = (int)Whole(name, value, 1, 200_000, out error) };
            case "threadsPerChild": return d with { ThreadsPerChild = (int)Whole(name, value, 1, 100_000, out error) };
            case "serverLimit": return d with { ServerLimit = (int)Whole(name, value, 1, 200_000, out error) };
            case "threadLimit": return d with { ThreadLimit = (int)Whole(name, value, 1, 100_000, out error) };
            case "asyncRequestWorkerFactor": return d with { AsyncRequestWorkerFactor = Number(name, value, 0, 1000, out error) };
            case "keepAliveTimeout": return d with { KeepAliveTimeout = TimeSpan.FromSeconds(Number(name, value, 0, 86_400, out error)) };
            case "maxKeepAliveRequests": return d with { MaxKeepAliveRequests = (int)Whole(name, value, 0, int.MaxValue, out error) };
            case "memAvailable": return d with { MemAvailable = Whole(name, value, 0, long.MaxValue, out error) };
            case "generation": return d with { Generation = Whole(name, value, 0, long.MaxValue, out error) };
            default:
                error = $"Member \"{Short(name)}\" is unknown; allowed: mpm, maxRequestWorkers, threadsPerChild, serverLimit, threadLimit, "
                    + "asyncRequestWorkerFactor, keepAliveTimeout, maxKeepAliveRequests, memAvailable, generation.";
                return d;
        }
    }

    private static Mpm MpmOf(JsonElement value, out string? error)
    {
        error = null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        switch (text)
        {
            case "prefork": return Mpm.Prefork;
            case "worker": return Mpm.Worker;
            case "event": return Mpm.Event;
            default:
                error = $"mpm is {Short(value.GetRawText())}; allowed: \"prefork\", \"worker\", \"event\".";
                return default;
        }
    }

    private static long Whole(string name, JsonElement value, long from, long to, out string? error)
    {
        error = null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= from && number <= to)
            return number;
        error = $"{name} is {Short(value.GetRawText())}; allowed: whole numbers from {from} to {to}.";
        return from;
    }

    private static double Number(string name, JsonElement value, double from, double to, out string? error)
    {
        error = null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= from && number <= to)
            return number;
        error = $"{name} is {Short(value.GetRawText())}; allowed: {from} to {to}.";
        return from;
    }

    private static string Short(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 60), "...");
}
