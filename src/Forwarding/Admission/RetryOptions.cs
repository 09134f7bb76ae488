using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Forwarding.Admission;

/// <summary>Retries on another server: <c>Weir:Admission:Retry</c>.</summary>
public sealed class RetryOptions
{
    [Description("Further servers that one request may try; 0 turns retries off.")]
    [Range(0, 10)]
    public int MaxAttempts { get; set; } = 2;

    [Description("Retries allowed as a share of the requests of the last ten seconds; failed connections count too.")]
    [Range(0.0, 1.0)]
    public double Budget { get; set; } = 0.2;
}
