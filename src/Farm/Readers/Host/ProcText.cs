using System.Globalization;

namespace Weir.Farm.Readers.Host;

/// <summary>Small files of the kernel.</summary>
internal static class ProcText
{
    /// <summary>The lines; none when the file is not there, may not be read, or its process ended.</summary>
    public static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The number that a text begins with; null for words such as <c>max</c> and <c>unlimited</c>.</summary>
    public static long? FirstNumber(string text)
    {
        var trimmed = text.AsSpan().Trim();
        var end = trimmed.IndexOfAnyExceptInRange('0', '9');
        return long.TryParse(end < 0 ? trimmed : trimmed[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
