using System.IO.Compression;
using System.Text;
using Weir.Policies.Jail.Replay;

namespace Weir.Gateway.Cli.Replay;

/// <summary>The lines of a log: a file, one that gzip has packed, or standard input. Memory does not grow with the length of file or line.</summary>
internal static class LogLines
{
    private const int Block = 1 << 16;

    /// <summary>Opens a log.</summary>
    /// <param name="name">Path, or <c>-</c> for standard input.</param>
    /// <exception cref="IOException">It is not there, or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Stream Open(string name)
    {
        if (name == "-")
            return Console.OpenStandardInput();
        var file = new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, Block, FileOptions.SequentialScan);
        // By its content: logs are packed under many names. A pipe cannot be looked into and be read again.
        if (!file.CanSeek)
            return name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        Span<byte> magic = stackalloc byte[2];
        var isPacked = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1f, 0x8b];
        file.Position = 0;
        return isPacked ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    /// <summary>Cuts a log into lines without their ends. Of a line above <see cref="AccessLineFields.MaxLine"/> characters the rest is dropped.</summary>
    /// <exception cref="IOException">It cannot be read further.</exception>
    /// <exception cref="InvalidDataException">It was packed and is damaged.</exception>
    public static IEnumerable<string> Of(Stream log)
    {
        using var reader = new StreamReader(log, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, Block, leaveOpen: true);
        var block = new char[Block];
        var line = new StringBuilder();
        var begun = false;
        int read;
        while ((read = reader.Read(block, 0, block.Length)) > 0)
        {
            var from = 0;
            while (from < read)
            {
                var end = Array.IndexOf(block, '\n', from, read - from);
                var part = block.AsSpan(from, (end < 0 ? read : end) - from);
                line.Append(part[..Math.Min(part.Length, AccessLineFields.MaxLine - line.Length)]);
                begun = end < 0;
                if (end < 0)
                    break;
                yield return Take(line);
                from = end + 1;
            }
        }

        if (begun)
            yield return Take(line);
    }

    private static string Take(StringBuilder line)
    {
        if (line.Length > 0 && line[^1] == '\r')
            line.Length--;
        var text = line.ToString();
        line.Clear();
        return text;
    }
}
