using System.Text.Json;
using System.Text.Json.Nodes;
using Weir.Fail2ban.Logs;
using Weir.Policies.Jail.State;

namespace Weir.Policies.Jail.Lines;

/// <summary>Where in each log file each jail is, as a file of lines: <see cref="CheckedFile"/>.</summary>
internal static class LogPlaces
{
    public const string Kind = "weir-jail-logs 1";

    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<(string Jail, string Path), LogPosition>> places) =>
        CheckedFile.Write(path, Kind, places.Select(p => JsonSerializer.Serialize(new JsonObject
        {
            ["jail"] = p.Key.Jail,
            ["path"] = p.Key.Path,
            ["inode"] = p.Value.Inode,
            ["offset"] = p.Value.Offset,
            ["first"] = p.Value.FirstLineHash,
        })));

    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static Dictionary<(string Jail, string Path), LogPosition> Read(string path)
    {
        var places = new Dictionary<(string, string), LogPosition>();
        foreach (var line in CheckedFile.Read(path, Kind) ?? [])
        {
            try
            {
                var node = JsonNode.Parse(line)!;
                var file = (string)node["path"]!;
                places[((string)node["jail"]!, file)] = new LogPosition(file, (ulong)node["inode"]!, (long)node["offset"]!, (ulong)node["first"]!);
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or NullReferenceException)
            {
                throw new InvalidDataException($"a line cannot be read: {error.Message}", error);
            }
        }

        return places;
    }
}
