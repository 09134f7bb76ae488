using System.ComponentModel;

namespace Weir.Forwarding.Buffering;

/// <summary>Buffering of one route: <c>Weir:Buffering:Routes:{route}</c>.</summary>
public sealed class RouteBufferingOptions
{
    [Description("Replaces Weir:Buffering:Uploads for this route; false for what must reach the server while it is sent.")]
    public bool? Uploads { get; set; }

    [Description("Replaces Weir:Buffering:Answers for this route; false for streams and for large downloads that may hold a worker.")]
    public bool? Answers { get; set; }
}
