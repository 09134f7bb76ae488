using System.Reflection;
using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace Weir.Forwarding.Upstream;

/// <summary>
/// Makes the plan of a transformer, once. YARP keeps a route's transforms in internal members; they are read by reflection when
/// a route is first used. A YARP in which they are named otherwise is no error: its transforms run as it runs them.
/// </summary>
internal sealed class TransformPlans
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly ConditionalWeakTable<HttpTransformer, TransformPlan> _plans = [];
    private Last? _last;

    public TransformPlan Of(HttpTransformer transformer)
    {
        // Most gateways have a few routes, most requests the one of the request before.
        var last = _last;
        if (last is not null && ReferenceEquals(last.Transformer, transformer))
            return last.Plan;
        var plan = _plans.GetValue(transformer, Make);
        _last = new Last(transformer, plan);
        return plan;
    }

    private static TransformPlan Make(HttpTransformer transformer)
    {
        if (transformer.GetType().Name != "StructuredTransformer"
            || Read(transformer, "RequestTransforms") is not IEnumerable<RequestTransform> requests
            || Read(transformer, "ResponseTransforms") is not IEnumerable<ResponseTransform> responses
            || Read(transformer, "ResponseTrailerTransforms") is not IEnumerable<ResponseTrailersTransform> trailers)
        {
            return TransformPlan.General with { KnowsTrailers = transformer.GetType() == typeof(HttpTransformer) };
        }

        var plan = new TransformPlan
        {
            KnowsRequest = Read(transformer, "ShouldCopyRequestHeaders") is not false,
            KnowsResponse = Read(transformer, "ShouldCopyResponseHeaders") is not false && !responses.Any(),
            KnowsTrailers = Read(transformer, "ShouldCopyResponseTrailers") is not false && !trailers.Any(),
        };
        foreach (var transform in requests)
            plan = Add(plan, transform);
        return plan;
    }

    private static TransformPlan Add(TransformPlan plan, RequestTransform transform)
    {
        switch (transform)
        {
            case RequestHeaderOriginalHostTransform:
                return plan with { UseOriginalHost = Read(transform, "UseOriginalHost") is true, KnowsRequest = plan.KnowsRequest && Read(transform, "UseOriginalHost") is bool };
            case RequestHeaderXForwardedForTransform when Action(transform, "X-Forwarded-For") is { } action:
                return plan with { ForwardedFor = action };
            case RequestHeaderXForwardedHostTransform when Action(transform, "X-Forwarded-Host") is { } action:
                return plan with { ForwardedHost = action };
            case RequestHeaderXForwardedProtoTransform when Action(transform, "X-Forwarded-Proto") is { } action:
                return plan with { ForwardedProto = action };
            case RequestHeaderXForwardedPrefixTransform when Action(transform, "X-Forwarded-Prefix") is { } action:
                return plan with { ForwardedPrefix = action };
            case RequestHeaderForwardedTransform when Read(transform, "TransformAction") is ForwardedTransformActions.Remove:
                return plan with { RemovesForwarded = true };
            case PathStringTransform or PathRouteValuesTransform or QueryParameterTransform or QueryParameterRemoveTransform:
                return plan with { TargetTransforms = [.. plan.TargetTransforms, transform] };
            case IPathGuard guard:
                return plan with { Guards = [.. plan.Guards, guard] };
            default:
                return plan with { KnowsRequest = false };
        }
    }

    private static ForwardedTransformActions? Action(RequestTransform transform, string usualName) =>
        Read(transform, "HeaderName") is string name && name.Equals(usualName, StringComparison.OrdinalIgnoreCase)
            ? Read(transform, "TransformAction") as ForwardedTransformActions?
            : null;

    private static object? Read(object of, string property) => of.GetType().GetProperty(property, Members)?.GetValue(of);

    private sealed record Last(HttpTransformer Transformer, TransformPlan Plan);
}
