using System.Security.Cryptography;
using System.Text;
using Weir.Gateway.Control.Compile;

namespace Weir.Gateway.Control.Sources;

/// <summary>The bytes of all configuration files at one moment; made into settings on demand.</summary>
internal sealed class SettingsSnapshot
{
    private readonly IReadOnlyList<FileContent> _files;

    public SettingsSnapshot(IReadOnlyList<FileContent> files)
    {
        _files = files;
        Hash = HashOf(files);
    }

    /// <summary>SHA-256 over names, presence and bytes, 64 hexadecimal digits.</summary>
    public string Hash { get; }

    /// <summary>True when every file that must be there is, and each one is JSON; a half-written file is not.</summary>
    public bool IsWhole
    {
        get
        {
            var errors = new ErrorList();
            return Read(new Settings(), errors);
        }
    }

    /// <summary>Lays the files over each other in order.</summary>
    /// <returns>False when a file is missing or not JSON.</returns>
    public bool Read(Settings settings, ErrorList errors)
    {
        var isWhole = true;
        foreach (var file in _files)
        {
            var name = Path.GetFileName(file.Path);
            if (file.Bytes is { } bytes)
            {
                isWhole &= SettingsFile.Read(name, bytes, settings, errors);
            }
            else if (file.IsRequired || file.Fault is not null)
            {
                errors.Add(name, $"{file.Path}: {file.Fault ?? "the file is not there."}", file.Path);
                isWhole = false;
            }
        }

        return isWhole;
    }

    private static string HashOf(IReadOnlyList<FileContent> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.Path}\0{file.Bytes?.Length ?? -1}\0{file.Fault}\0"));
            hash.AppendData(file.Bytes ?? []);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
