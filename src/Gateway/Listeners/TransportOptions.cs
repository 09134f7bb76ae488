using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Weir.Gateway.Control.Compile;

namespace Weir.Gateway.Listeners;

/// <summary>The transport: section <c>Weir:Transport</c>, or just its kind. Counts at start.</summary>
[Shorthand(nameof(Kind))]
public sealed class TransportOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:Transport";

    [Description("Epoll: event loops of our own on 64-bit Linux, the stock transport elsewhere. Sockets: Kestrel's stock transport.")]
    public TransportKind Kind { get; set; } = TransportKind.Epoll;

    [Description("Event loops, a thread each; 0 is one per core.")]
    [Range(0, 256)]
    public int Loops { get; set; }

    [Description("Connections per listening socket that the kernel holds until they are accepted; as Kestrel. The kernel's net.core.somaxconn is the upper bound.")]
    [Range(1, 65_535)]
    public int Backlog { get; set; } = 512;

    [Description("Open client connections of the whole gateway; above it none is accepted until one closes. 0 sets no bound.")]
    [Range(0, 10_000_000)]
    public int MaxConnections { get; set; }

    [Description("A loop that is busy with one callback for longer is reported: something blocks it.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan StallThreshold { get; set; } = TimeSpan.FromMilliseconds(200);
}
