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

    /// <summary>True when the options name a token or a file with one, readable or not.</summary>
    public static bool IsConfigured(ManagementOptions options) =>
        !string.IsNullOrEmpty(options.TokenFile) || !string.IsNullOrEmpty(options.Token);

    /// <summary>True when no token is configured or the Authorization header carries it. Takes the same time for every wrong one.</summary>
    public static bool Allows(ManagementOptions options, string? authorization)
    {
        if (!IsConfigured(options))
            return true;
        var expected = string.IsNullOrEmpty(options.TokenFile) ? options.Token : Read(options.TokenFile);
        if (string.IsNullOrEmpty(expected) || authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        var given = authorization[Scheme.Length..].Trim();
        return CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(expected)), SHA256.HashData(Encoding.UTF8.GetBytes(given)));
    }
}
