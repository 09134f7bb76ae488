using System.Security.Cryptography;
using System.Text;

namespace Weir.Policies.Jail.State;

/// <summary>
/// A text file of lines that is either whole or found to be damaged. First line: what it is and the version of its shape. Last
/// line: <c>sum</c> and the SHA-256 of all bytes before it. Written beside and moved over, so that a crash leaves the old one.
/// </summary>
internal static class CheckedFile
{
    /// <summary>Largest file that is read.</summary>
    public const long MaxBytes = 1L << 30;

    private const string Sum = "sum ";

    /// <summary>Writes a whole file with mode 0600; its folder is made where needed.</summary>
    /// <exception cref="IOException">It cannot be written; the old one is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static void Write(string path, string kind, IEnumerable<string> lines)
    {
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var beside = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 1 << 16 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(beside, options))
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Append(file, hash, kind);
            foreach (var line in lines)
                Append(file, hash, line);
            file.Write(Encoding.UTF8.GetBytes(Sum + Convert.ToHexStringLower(hash.GetHashAndReset()) + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Reads a whole file; null when there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged or of another version; the message says how.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static IReadOnlyList<string>? Read(string path, string kind)
    {
        if (!File.Exists(path))
            return null;
        if (new FileInfo(path).Length > MaxBytes)
            throw new InvalidDataException("it is larger than 1 GB");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var lines = new List<string>();
        string? last = null;
        foreach (var line in File.ReadLines(path))
        {
            if (last is not null)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(last + "\n"));
                lines.Add(last);
            }

            last = line;
        }

        if (lines.Count == 0 || last is null || !last.StartsWith(Sum, StringComparison.Ordinal))
            throw new InvalidDataException("it has no checksum at its end");
        if (last[Sum.Length..] != Convert.ToHexStringLower(hash.GetHashAndReset()))
            throw new InvalidDataException("its checksum does not match");
        if (lines[0] != kind)
            throw new InvalidDataException($"it begins with '{(lines[0].Length > 64 ? lines[0][..64] : lines[0])}' instead of '{kind}'");
        lines.RemoveAt(0);
        return lines;
    }

    /// <summary>Moves a file that cannot be used out of the way.</summary>
    /// <param name="why">A word for its new name.</param>
    /// <returns>Its new name.</returns>
    public static string SetAside(string path, DateTimeOffset now, string why = "damaged")
    {
        var aside = $"{path}.{why}-{now:yyyyMMddHHmmss}";
        File.Move(path, aside, overwrite: true);
        return aside;
    }

    private static void Append(FileStream file, IncrementalHash hash, string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        hash.AppendData(bytes);
        file.Write(bytes);
    }
}
