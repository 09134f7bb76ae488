using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Weir.Forwarding.Upstream;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Weir.Forwarding.Tests.Upstream;

public sealed class TransformPlansTests
{
    private static readonly ForwardedTransformActions Set = ForwardedTransformActions.Set;

    [Fact]
    public async Task A_route_without_transforms_is_known_whole()
    {
        var plan = await PlanAsync();
        Assert.True(plan.KnowsRequest && plan.KnowsResponse && plan.KnowsTrailers);
        Assert.False(plan.UseOriginalHost);
        Assert.Empty(plan.TargetTransforms);
        Assert.True(plan.RemovesForwarded);
        Assert.Empty(plan.TargetTransforms);
        Assert.Equal((Set, Set, Set, Set), (plan.ForwardedFor, plan.ForwardedHost, plan.ForwardedProto, plan.ForwardedPrefix));
    }

    [Theory]
    [InlineData("RequestHeaderOriginalHost=true")]
    [InlineData("X-Forwarded=Append;For=Set;Host=Off;Prefix=Remove")]
    [InlineData("PathPrefix=/p")]
    [InlineData("PathRemovePrefix=/p")]
    [InlineData("PathSet=/p")]
    [InlineData("PathPattern=/p/{**any}")]
    [InlineData("QueryValueParameter=q;Set=1")]
    [InlineData("QueryRouteParameter=q;Append=any")]
    [InlineData("QueryRemoveParameter=q")]
    public async Task Hosts_forwarded_headers_paths_and_queries_are_known(string transform) =>
        Assert.True((await PlanAsync(transform)).KnowsRequest);

    [Theory]
    [InlineData("RequestHeader=A;Set=1")]
    [InlineData("RequestHeader=A;Append=1")]
    [InlineData("RequestHeaderRemove=A")]
    [InlineData("RequestHeadersAllowed=A")]
    [InlineData("RequestHeadersCopy=false")]
    [InlineData("RequestHeaderRouteValue=A;Set=any")]
    [InlineData("HttpMethodChange=GET;Set=POST")]
    [InlineData("ClientCert=X-Cert")]
    [InlineData("Forwarded=for,host")]
    [InlineData("X-Forwarded=Set;HeaderPrefix=Y-Forwarded-")]
    public async Task What_is_not_known_runs_as_yarp_runs_it(string transform) =>
        Assert.False((await PlanAsync(transform)).KnowsRequest);

    [Theory]
    [InlineData("ResponseHeader=A;Set=1", false, true)]
    [InlineData("ResponseHeaderRemove=A", false, true)]
    [InlineData("ResponseHeadersCopy=false", false, true)]
    [InlineData("ResponseTrailer=A;Set=1", true, false)]
    [InlineData("ResponseTrailersCopy=false", true, false)]
    public async Task Transforms_of_answers_are_told(string transform, bool knowsResponse, bool knowsTrailers)
    {
        var plan = await PlanAsync(transform);
        Assert.Equal((true, knowsResponse, knowsTrailers), (plan.KnowsRequest, plan.KnowsResponse, plan.KnowsTrailers));
    }

    [Fact]
    public async Task The_actions_are_those_of_the_route()
    {
        var plan = await PlanAsync("X-Forwarded=Append;For=Set;Host=Off;Prefix=Remove", "RequestHeaderOriginalHost=true");
        Assert.Equal(
            (Set, ForwardedTransformActions.Off, ForwardedTransformActions.Append, ForwardedTransformActions.Remove, true),
            (plan.ForwardedFor, plan.ForwardedHost, plan.ForwardedProto, plan.ForwardedPrefix, plan.UseOriginalHost));
    }

    [Fact]
    public async Task A_transform_of_code_makes_the_request_unknown_unless_it_says_that_it_needs_no_message()
    {
        Assert.False((await PlanAsync(c => c.AddRequestTransform(_ => default))).KnowsRequest);
        Assert.False((await PlanAsync(c => c.AddResponseTransform(_ => default))).KnowsResponse);
        Assert.False((await PlanAsync(c => c.AddResponseTrailersTransform(_ => default))).KnowsTrailers);
        var guarded = await PlanAsync(c => c.RequestTransforms.Add(new Guard()));
        Assert.True(guarded.KnowsRequest);
        Assert.Empty(guarded.TargetTransforms);
        Assert.IsType<Guard>(Assert.Single(guarded.Guards));
    }

    [Fact]
    public void Transformers_that_are_not_yarps_are_left_to_themselves()
    {
        var plans = new TransformPlans();
        Assert.True(plans.Of(HttpTransformer.Default).KnowsRequest);
        Assert.Equal(TransformPlan.General, plans.Of(new Own()));
        Assert.Same(plans.Of(HttpTransformer.Default), plans.Of(HttpTransformer.Default));
    }

    private static Task<TransformPlan> PlanAsync(params string[] transforms) => PlanAsync(_ => { }, transforms);

    private static async Task<TransformPlan> PlanAsync(Action<TransformBuilderContext> code, params string[] transforms)
    {
        await using var gateway = await TestGateway.StartAsync(
            ["http://127.0.0.1:1"],
            route: r => r with { Transforms = [.. transforms.Select(Parse)] },
            transforms: code);
        Assert.True(gateway.Services.GetRequiredService<IProxyStateLookup>().TryGetRoute("r", out var route));
        return gateway.Services.GetRequiredService<TransformPlans>().Of(route.Transformer);
    }

    /// <summary><c>Key=value;Key=value</c>, with # for a semicolon in a value.</summary>
    internal static Dictionary<string, string> Parse(string transform) =>
        transform.Split(';').ToDictionary(p => p[..p.IndexOf('=')], p => p[(p.IndexOf('=') + 1)..].Replace('#', ';'));

    private sealed class Guard : RequestTransform, IPathGuard
    {
        public override ValueTask ApplyAsync(RequestTransformContext context) => default;

        public void Check(HttpContext context, string destinationPrefix, PathString path)
        {
            // It lets everything pass.
        }
    }

    private sealed class Own : HttpTransformer;
}
