using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weir.Gateway.Control.Sources;

namespace Weir.Gateway.Control.Compile;

/// <summary>
/// Loads the certificate files that <c>Kestrel</c> names, as Kestrel will. After a reload it would only log that it could
/// not, and the listener would be gone. Certificates out of a store are not looked for.
/// </summary>
/// <param name="contentRoot">Relative paths count from here, as for Kestrel.</param>
internal sealed class CertificateCheck(string contentRoot) : ICrossCheck
{
    /// <inheritdoc />
    public void Check(CompiledConfiguration candidate, ErrorList errors)
    {
        foreach (var section in Sections(candidate.Settings))
            Check(section, candidate.Settings, errors);
    }

    private static IEnumerable<string> Sections(Settings settings)
    {
        foreach (var name in settings.ChildrenOf("Kestrel:Certificates"))
            yield return $"Kestrel:Certificates:{name}";
        foreach (var name in settings.ChildrenOf("Kestrel:Endpoints"))
        {
            yield return $"Kestrel:Endpoints:{name}:Certificate";
            foreach (var host in settings.ChildrenOf($"Kestrel:Endpoints:{name}:Sni"))
                yield return $"Kestrel:Endpoints:{name}:Sni:{host}:Certificate";
        }
    }

    private void Check(string section, Settings settings, ErrorList errors)
    {
        var pathKey = $"{section}:Path";
        var keyKey = $"{section}:KeyPath";
        if (settings.ValueOf(pathKey) is not { Length: > 0 } path)
            return;
        var keyPath = settings.ValueOf(keyKey) is { Length: > 0 } named ? named : null;
        var before = errors.Count;
        CheckFile(pathKey, path, settings, errors);
        if (keyPath is not null)
            CheckFile(keyKey, keyPath, settings, errors);
        if (errors.Count == before && Fault(Full(path), keyPath is null ? null : Full(keyPath), settings.ValueOf($"{section}:Password")) is { } fault)
            errors.Add(pathKey, $"{pathKey} is '{path}'; {fault}.", settings.OriginOf(pathKey));
    }

    private void CheckFile(string key, string path, Settings settings, ErrorList errors)
    {
        if (!File.Exists(Full(path)))
            errors.Add(key, $"{key} is '{path}'; there is no such file.", settings.OriginOf(key));
    }

    private static string? Fault(string path, string? keyPath, string? password)
    {
        try
        {
            // Kestrel takes binary certificates too, when the key stands apart; those are left to it.
            if (keyPath is not null && !File.ReadAllText(path).Contains("-----BEGIN CERTIFICATE", StringComparison.Ordinal))
                return null;
            using var certificate = keyPath is null ? X509CertificateLoader.LoadPkcs12FromFile(path, password)
                : string.IsNullOrEmpty(password) ? X509Certificate2.CreateFromPemFile(path, keyPath)
                : X509Certificate2.CreateFromEncryptedPemFile(path, password, keyPath);
            return certificate.HasPrivateKey ? null : "there is no private key in it";
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"it cannot be loaded: {e.Message.TrimEnd('.')}{(keyPath is null ? " (without a KeyPath it must be PKCS#12, and Password its own)" : "")}";
        }
    }

    private string Full(string path) => Path.Combine(contentRoot, path);
}
