using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.Caching.Stores.Redis;

/// <summary>TLS to Redis: section <c>Weir:Cache:Redis:Tls</c>.</summary>
public sealed class RedisStoreTlsOptions
{
    [Description("Speaks TLS; a rediss URL does too.")]
    public bool Enabled { get; set; }

    [Description("File with the authorities (PEM) that may have signed Redis' certificate; null trusts the system's.")]
    [StringLength(4096)]
    public string? CaFile { get; set; }

    [Description("False takes any certificate: whoever is in between can read and forge everything.")]
    public bool Verify { get; set; } = true;

    [Description("Name that the certificate must have; null takes the host.")]
    [StringLength(255)]
    public string? ServerName { get; set; }

    [Description("This gateway's own certificate (PEM), when Redis asks for one.")]
    [StringLength(4096)]
    public string? CertificateFile { get; set; }

    [Description("Its key (PEM); null when it is in the same file.")]
    [StringLength(4096)]
    public string? KeyFile { get; set; }
}
