using Yarp.ReverseProxy.Transforms;

namespace Weir.Forwarding.Upstream;

/// <summary>
/// What a route's transforms come down to. Where all of them are known, requests are written without YARP's message objects;
/// otherwise the transforms run as YARP runs them.
/// </summary>
internal sealed record TransformPlan
{
    /// <summary>The plan that leaves everything to the transforms.</summary>
    public static TransformPlan General { get; } = new();

    /// <summary>True when the other members say all there is to do to a request head.</summary>
    public bool KnowsRequest { get; init; }

    /// <summary>True when a response head is copied as it is.</summary>
    public bool KnowsResponse { get; init; }

    /// <summary>True when response trailers are copied as they are.</summary>
    public bool KnowsTrailers { get; init; }

    /// <summary>True sends the client's Host, false the destination's.</summary>
    public bool UseOriginalHost { get; init; }

    public ForwardedTransformActions ForwardedFor { get; init; } = ForwardedTransformActions.Off;

    public ForwardedTransformActions ForwardedHost { get; init; } = ForwardedTransformActions.Off;

    public ForwardedTransformActions ForwardedProto { get; init; } = ForwardedTransformActions.Off;

    public ForwardedTransformActions ForwardedPrefix { get; init; } = ForwardedTransformActions.Off;

    /// <summary>True when the client's <c>Forwarded</c> is not passed on: YARP's default beside its X-Forwarded headers.</summary>
    public bool RemovesForwarded { get; init; }

    /// <summary>Transforms of path and query, in their order.</summary>
    public RequestTransform[] TargetTransforms { get; init; } = [];

    /// <summary>What may refuse a path after them.</summary>
    public IPathGuard[] Guards { get; init; } = [];
}
