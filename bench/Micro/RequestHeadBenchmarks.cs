using System.Net;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Http1;
using Weir.Forwarding.Upstream;
using Yarp.ReverseProxy.Transforms;

namespace Weir.Bench.Micro;

/// <summary>Writing the head of a browser's request with the default X-Forwarded headers.</summary>
public class RequestHeadBenchmarks
{
    private readonly DefaultHttpContext _context = new();
    private readonly HeadWriter _head = new();
    private readonly TransformPlan _plan = new()
    {
        KnowsRequest = true,
        UseOriginalHost = true,
        RemovesForwarded = true,
        ForwardedFor = ForwardedTransformActions.Set,
        ForwardedHost = ForwardedTransformActions.Set,
        ForwardedProto = ForwardedTransformActions.Set,
        ForwardedPrefix = ForwardedTransformActions.Set,
    };

    [GlobalSetup]
    public void Make()
    {
        var request = _context.Request;
        (request.Method, request.Scheme, request.Host, request.Path) = ("GET", "http", new HostString("www.example.org"), "/shop/page.html");
        request.Headers.UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
        request.Headers.Accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        request.Headers.AcceptLanguage = "en-US,en;q=0.5";
        request.Headers.AcceptEncoding = "gzip, deflate, br, zstd";
        request.Headers.Cookie = "session=0123456789abcdef0123456789abcdef; theme=dark";
        _context.Features.Set<IClientKeyFeature>(new Client());
    }

    [Benchmark(Description = "write a request head")]
    public int Write()
    {
        _head.Reset();
        RequestHead.Write(_head, _context, "http://10.0.0.1:80/", _plan, "/shop/page.html", "?q=1");
        return _head.Length;
    }

    private sealed class Client : IClientKeyFeature
    {
        public ulong ClientKey => 1;

        public IPAddress? Address { get; } = IPAddress.Parse("192.0.2.1");
    }
}
