using System.Globalization;
using System.Text;
using System.Text.Json;
using Weir.Gateway.Control.Compile;

namespace Weir.Gateway.Control.Sources;

/// <summary>
/// Reads one JSON file as ASP.NET Core's provider does: comments and trailing commas are fine, the root is an object, a
/// key that differs from another only in case is a duplicate. Unlike it, says the line and column of every fault.
/// </summary>
internal static class SettingsFile
{
    private static readonly JsonReaderOptions Lenient = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 64,
    };

    /// <summary>Adds a file's values to the settings, or its faults to the errors.</summary>
    /// <param name="name">The file's name for messages.</param>
    /// <param name="utf8">Its bytes, with or without a byte order mark.</param>
    /// <param name="settings">Takes the values, over those that it has.</param>
    /// <param name="errors">Takes the faults.</param>
    /// <returns>False when the file is not JSON.</returns>
    public static bool Read(string name, ReadOnlySpan<byte> utf8, Settings settings, ErrorList errors)
    {
        if (utf8.StartsWith(Encoding.UTF8.Preamble))
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        var walk = new Walk(name, settings, errors);
        var reader = new Utf8JsonReader(utf8, Lenient);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                errors.Add(name, $"{name}: line 1, column 1: the file must hold one JSON object.", name);
                return false;
            }

            walk.Object(ref reader, utf8, "");
            while (reader.Read())
            {
                // Anything but white space and comments after the object makes the reader throw.
            }

            return true;
        }
        catch (JsonException e)
        {
            var line = (e.LineNumber ?? 0) + 1;
            var column = (e.BytePositionInLine ?? 0) + 1;
            errors.Add(name, string.Create(CultureInfo.InvariantCulture, $"{name}: line {line}, column {column}: {Reason(e)}"), $"{name}:{line}");
            return false;
        }
    }

    private static string Reason(JsonException e)
    {
        // The reader appends "LineNumber: 3 | BytePositionInLine: 4.", counted from 0; ours are counted from 1.
        var cut = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return cut < 0 ? e.Message : e.Message[..cut];
    }

    private sealed class Walk(string name, Settings settings, ErrorList errors)
    {
        private int _line = 1;
        private int _lineStart;
        private int _seen;

        public void Object(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, string path)
        {
            var keys = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var key = Join(path, Text(ref reader, text));
                var (line, column) = Position(ref reader, text);
                if (!keys.Add(key))
                    errors.Add(key, string.Create(CultureInfo.InvariantCulture, $"{key} stands twice in {name}: again at line {line}, column {column}."), $"{name}:{line}");
                reader.Read();
                Value(ref reader, text, key);
            }

            if (keys.Count == 0 && path.Length > 0)
                Set(ref reader, text, path, null);
        }

        private void Array(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, string path)
        {
            var index = 0;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                Value(ref reader, text, Join(path, (index++).ToString(CultureInfo.InvariantCulture)));
            if (index == 0)
                Set(ref reader, text, path, "");
        }

        private void Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, string path)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    Object(ref reader, text, path);
                    break;
                case JsonTokenType.StartArray:
                    Array(ref reader, text, path);
                    break;
                case JsonTokenType.String:
                    Set(ref reader, text, path, Text(ref reader, text));
                    break;
                case JsonTokenType.True:
                    Set(ref reader, text, path, bool.TrueString);
                    break;
                case JsonTokenType.False:
                    Set(ref reader, text, path, bool.FalseString);
                    break;
                case JsonTokenType.Number:
                    Set(ref reader, text, path, Encoding.UTF8.GetString(reader.ValueSpan));
                    break;
                default:
                    Set(ref reader, text, path, null);
                    break;
            }
        }

        private string Text(ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
        {
            try
            {
                return reader.GetString()!;
            }
            catch (InvalidOperationException e)
            {
                // The reader takes any bytes between quotes and finds out only here, without a place.
                var (line, column) = Position(ref reader, text);
                throw new JsonException("the text that begins here is no UTF-8, or holds half of a surrogate pair (\\uD800 to \\uDFFF).", null, line - 1, column - 1, e);
            }
        }

        private void Set(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, string path, string? value)
        {
            var (line, _) = Position(ref reader, text);
            settings.Set(path, value, string.Create(CultureInfo.InvariantCulture, $"{name}:{line}"));
        }

        private (int Line, int Column) Position(ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
        {
            var at = (int)reader.TokenStartIndex;
            for (; _seen < at; _seen++)
            {
                if (text[_seen] != (byte)'\n')
                    continue;
                _line++;
                _lineStart = _seen + 1;
            }

            return (_line, at - _lineStart + 1);
        }

        private static string Join(string path, string key) => path.Length == 0 ? key : path + ":" + key;
    }
}
