using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Weir.Policies.Throttle;

namespace Weir.Gateway.Control.Publish;

/// <summary>
/// Files of others that the configuration names and takes settings from: an edit of one alone is an edit of the configuration. Today
/// the file with mod_evasive's directives; Fail2ban's folder is watched by the jail itself.
/// </summary>
internal sealed class NamedFiles(IOptionsMonitor<ThrottleOptions> throttle)
{
    // A file that is larger is refused when it is read, so that its rest cannot matter.
    private const int MaxBytes = (1 << 20) + 1;

    /// <summary>The file named now; null for none.</summary>
    public string? Path => throttle.CurrentValue.ModEvasiveFile is { Length: > 0 } file ? file : null;

    /// <summary>What the file holds now, as 64 hexadecimal digits; empty without one, <c>-</c> when it cannot be read.</summary>
    public string Print()
    {
        if (Path is not { } path)
            return "";
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[Math.Min(file.Length, MaxBytes)];
            var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, read)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return "-";
        }
    }
}
