using System.Globalization;
using System.Text;

namespace Weir.Gateway.Cli;

/// <summary>
/// The file that <c>--apply</c> writes, byte for byte: configurations are in whatever encoding their authors used, and what
/// is not ours to change comes out as it went in.
/// </summary>
internal sealed class TuneFile
{
    private readonly byte[]? _before;

    private TuneFile(string path, byte[]? before) => (Path, _before) = (path, before);

    /// <summary>Absolute. <c>mods-enabled</c> holds links; the file behind the link is written, the link stays.</summary>
    public string Path { get; }

    /// <summary>One character per byte; empty when there is no file yet.</summary>
    public string Text => Encoding.Latin1.GetString(_before ?? []);

    public static async Task<TuneFile> ReadAsync(string file, CancellationToken cancel)
    {
        var path = (File.Exists(file) ? File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName : null) ?? System.IO.Path.GetFullPath(file);
        return new(path, File.Exists(path) ? await File.ReadAllBytesAsync(path, cancel) : null);
    }

    /// <summary>A line of <see cref="Text"/> for a terminal.</summary>
    public static string Readable(string line) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(line));

    /// <param name="text">One character per byte.</param>
    /// <param name="cancel">Ends the writing, perhaps in the middle.</param>
    public Task WriteAsync(string text, CancellationToken cancel) => File.WriteAllBytesAsync(Path, Encoding.Latin1.GetBytes(text), cancel);

    /// <summary>Copies what was read beside it; null when there was no file. The name ends in .bak so that no "*.conf" include picks it up.</summary>
    public string? Backup()
    {
        if (_before is null)
            return null;
        var stamp = DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
        var backup = $"{Path}.{stamp}.bak";
        for (var n = 2; File.Exists(backup); n++)
            backup = $"{Path}.{stamp}-{n}.bak";
        File.Copy(Path, backup);
        return backup;
    }

    /// <summary>Puts back the bytes that were read.</summary>
    public void Restore()
    {
        if (_before is null)
            File.Delete(Path);
        else
            File.WriteAllBytes(Path, _before);
    }
}
