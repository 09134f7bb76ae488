using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Gateway.Admin;

/// <summary>The management listener: section <c>Weir:Management</c>. All but the token and the hosts take effect at start.</summary>
public sealed class ManagementOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:Management";

    [Description("False starts no management listener: no probes, no metrics, no farm API.")]
    public bool Enabled { get; set; } = true;

    [Description("Address of the management listener: http, localhost or an IP address, and a port; port 0 takes a free one.")]
    public string Url { get; set; } = "http://127.0.0.1:9090";

    [Description("Bearer token for /metrics, /api and verbose probes; this or TokenFile is required when the address is not loopback.")]
    [PasswordPropertyText(true)]
    [StringLength(4096, MinimumLength = 16)]
    public string? Token { get; set; }

    [Description("File whose first line is the bearer token, read at each request so that a rotated secret counts at once.")]
    public string? TokenFile { get; set; }

    [Description("Further names that a Host header may carry, without port; loopback names and the listener's own address always may.")]
    public string[] AllowedHosts { get; set; } = [];

    [Description("Connections that the management listener serves at once; further ones are closed.")]
    [Range(1, 10_000)]
    public int MaxConnections { get; set; } = 64;

    [Description("Largest request body in bytes.")]
    [Range(0L, 1L << 20)]
    public long MaxBodyBytes { get; set; } = 16 << 10;
}
