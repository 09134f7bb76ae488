using System.Net;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Weir.Policies.ClientAddress;
using Weir.Policies.Contracts;
using Weir.Policies.Jail;
using Weir.Policies.Throttle;

namespace Weir.Bench.Micro;

/// <summary>
/// What the stages in front add to a request that passes, as the gateway runs them: throttle on, everything else as it is by
/// default, the next stage empty.
/// </summary>
public class EdgeBenchmarks
{
    private readonly DefaultHttpContext _context = new();
    private readonly List<ServiceProvider> _services = [];
    private RequestDelegate _jail = null!;
    private RequestDelegate _throttle = null!;
    private RequestDelegate _quiet = null!;
    private RequestDelegate _banned = null!;
    private RequestDelegate _whole = null!;

    /// <summary>Bans in force where there are any.</summary>
    [Params(10_000)]
    public int Bans { get; set; }

    [GlobalSetup]
    public void Build()
    {
        _context.Request.Method = "GET";
        _context.Request.Scheme = "http";
        _context.Request.Protocol = "HTTP/1.1";
        _context.Request.Host = new HostString("www.example.test");
        _context.Request.Path = "/shop/item";
        _context.Request.QueryString = new QueryString("?q=1");
#pragma warning disable RS0030 // Stands for the connection's peer.
        _context.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.7");
#pragma warning restore RS0030
        _jail = Pipeline(Bans, app => app.UseJail());
        _throttle = Pipeline(0, app => app.UseThrottle());
        _quiet = Pipeline(0, app => app.UseJail().UseThrottle());
        _banned = Pipeline(Bans, app => app.UseJail().UseThrottle());
        // Last, and run once: it leaves the client with the context, where the others find it.
        _whole = Pipeline(Bans, app => app.UseClientAddress().UseJail().UseThrottle());
        _whole(_context).GetAwaiter().GetResult();
    }

    [GlobalCleanup]
    public void End()
    {
        foreach (var services in _services)
            services.Dispose();
    }

    [Benchmark(Description = "jail")]
    public Task Jail() => _jail(_context);

    [Benchmark(Description = "throttle")]
    public Task Throttle() => _throttle(_context);

    [Benchmark(Description = "jail and throttle, nobody banned")]
    public Task Quiet() => _quiet(_context);

    [Benchmark(Baseline = true, Description = "jail and throttle")]
    public Task Both() => _banned(_context);

    [Benchmark(Description = "client address, jail and throttle")]
    public Task Whole() => _whole(_context);

    private RequestDelegate Pipeline(int bans, Action<IApplicationBuilder> use)
    {
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddLogging(l => l.SetMinimumLevel(LogLevel.Warning))
            .AddSingleton<TimeProvider>(new HastyClock())
            .Configure<JailOptions>(o => o.StateFile = "")
            .Configure<ThrottleOptions>(o => o.Enabled = true)
            .AddClientAddress().AddJail().AddThrottle()
            .BuildServiceProvider();
        _services.Add(services);
        var list = services.GetRequiredService<IBans>();
        for (var i = 0; i < bans; i++)
            list.Add(new Ban(new IPNetwork(new IPAddress([10, 0, (byte)(i >> 8), (byte)i]), 32), "bench", "bench", default, null, 1, BanOrigin.Operator, true));
        var app = new ApplicationBuilder(services);
        use(app);
        app.Run(_ => Task.CompletedTask);
        return app.Build();
    }

    /// <summary>A second passes with each reading, so that nothing is refused; a reading costs what it costs the gateway.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private long _ahead;

        public override long GetTimestamp() => base.GetTimestamp() + (_ahead += TimestampFrequency);
    }
}
