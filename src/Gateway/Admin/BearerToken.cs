using System.Security.Cryptography;
using System.Text;

namespace Weir.Gateway.Admin;

/// <summary>The secret that guards the management listener.</summary>
internal static class BearerToken
{
    public const int MinLength = 16;
    public const int MaxLength = 4096;
    private const string Scheme = "Bearer ";

    /// <summary>The first line of a file; null when there is none of a usable length.</summary>
    public static string? Read(string file)
    {
        try
        {
            using var reader = new StreamReader(file, Encoding.UTF8);
            var buffer = new char[MaxLength + 1];
            var read = reader.ReadBlock(buffer);
            var line = buffer.AsSpan(0, read);
            var end = line.IndexOfAny('\r', '\n');
            line = (end < 0 ? line : line[..end]).Trim();
            return line.Length is >= MinLength and <= MaxLength ? line.ToString() : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>True when no token is configured or the Authorization header carries it. Takes the same time for every wrong one.</summary>
    public static bool Allows(ManagementOptions options, string? authorization)
    {
        var hasFile = !string.IsNullOrEmpty(options.TokenFile);
        if (!hasFile && string.IsNullOrEmpty(options.Token))
            return true;
        var expected = hasFile ? Read(options.TokenFile!) : options.Token;
        if (string.IsNullOrEmpty(expected) || authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        var given = authorization[Scheme.Length..].Trim();
        return CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(expected)), SHA256.HashData(Encoding.UTF8.GetBytes(given)));
    }
}
