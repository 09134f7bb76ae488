using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Weir.Policies.Caching;
using Weir.Policies.Caching.Admin;
using Yarp.ReverseProxy.Configuration;

namespace Weir.Policies.Tests.Caching.Flow;

/// <summary>The cache in front of YARP's forwarder and an origin that answers as a test says, both on free loopback ports.</summary>
internal sealed class CachedSite : IAsyncDisposable
{
    private readonly WebApplication _origin;
    private readonly WebApplication _gateway;

    private CachedSite(WebApplication origin, WebApplication gateway)
    {
        (_origin, _gateway) = (origin, gateway);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(gateway.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public SettableClock Clock { get; private init; } = null!;

    /// <summary>What the origin answers; set before a request.</summary>
    public RequestDelegate Answer { get; set; } = c => c.Response.WriteAsync("page");

    /// <summary>What the origin was asked, in order: method, target and the fields that tests look at.</summary>
    public ConcurrentQueue<(string Method, string Target, IHeaderDictionary Headers)> Asked { get; } = new();

    public int Fetches => Asked.Count;

    public ICacheAdmin Admin => _gateway.Services.GetRequiredService<ICacheAdmin>();

    public static async Task<CachedSite> StartAsync(CachePolicyOptions? policy = null, Action<CachingOptions>? configure = null)
    {
        CachedSite? site = null;
        var clock = new SettableClock();
        var origin = Build(_ => { });
        origin.Run(context =>
        {
            var headers = new HeaderDictionary();
            foreach (var (name, value) in context.Request.Headers)
                headers[name] = value;
            site!.Asked.Enqueue((context.Request.Method, context.Request.Path + context.Request.QueryString.ToString(), headers));
            context.Response.Headers.Date = clock.GetUtcNow().ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            return site.Answer(context);
        });
        await origin.StartAsync();
        var gateway = Build(services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            services.Configure<CachingOptions>(o =>
            {
                o.Enabled = true;
                o.Routes["pages"] = "p";
                o.Policies["p"] = policy ?? new CachePolicyOptions();
                configure?.Invoke(o);
            });
            services.AddCaching();
            services.AddCachingServices();
            services.AddReverseProxy().LoadFromMemory(
                [Route("pages", "/{**rest}", 2), Route("plain", "/plain/{**rest}", 1)],
                [new ClusterConfig { ClusterId = "c", Destinations = new Dictionary<string, DestinationConfig> { ["o"] = new() { Address = origin.Urls.Single() } } }]);
        });
        gateway.MapReverseProxy(proxy => proxy.UseCaching());
        await gateway.StartAsync();
        site = new CachedSite(origin, gateway) { Clock = clock };
        return site;
    }

    public Task<HttpResponseMessage> GetAsync(string target, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, target, headers);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, target);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (method == HttpMethod.Post)
            request.Content = new StringContent("x");
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _gateway.DisposeAsync();
        await _origin.DisposeAsync();
    }

    private static RouteConfig Route(string id, string path, int order) =>
        new() { RouteId = id, ClusterId = "c", Order = order, Match = new RouteMatch { Path = path } };

    private static WebApplication Build(Action<IServiceCollection> add)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        add(builder.Services);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        return builder.Build();
    }
}
