namespace Weir.Stores.Redis;

/// <summary>TLS to the server.</summary>
public sealed record RedisTls
{
    /// <summary>File with the certificates (PEM) of the authorities that may have signed the server's; null trusts the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>False accepts any certificate.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>Name that the certificate must have; null takes the host.</summary>
    public string? ServerName { get; init; }

    /// <summary>Our own certificate (PEM), when the server asks for one.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Its key (PEM); null when it is in the same file.</summary>
    public string? KeyFile { get; init; }
}
