using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Weir.Policies.Contracts;
using Weir.Policies.Throttle;
using Weir.Support;

namespace Weir.Policies.Tests.Throttle;

/// <summary>Kestrel with the throttle, clients of the test's choice (header X-Client) and a clock of its own.</summary>
internal sealed class ThrottleServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly MeterListener _listener = new();

    private ThrottleServer(WebApplication app, FakeTimeProvider clock)
    {
        (_app, Clock) = (app, clock);
        var factory = app.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (i, listener) =>
        {
            if (i.Name.StartsWith("weir.throttle.", StringComparison.Ordinal) && ReferenceEquals(i.Meter.Scope, factory))
                listener.EnableMeasurementEvents(i);
        };
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) =>
        {
            var key = i.Name + string.Concat(tags.ToArray().Select(t => $" {t.Key}={t.Value}"));
            if (i is ObservableInstrument<long>)
                Measured[key] = value;
            else
                Measured.AddOrUpdate(key, value, (_, before) => before + value);
        });
        _listener.Start();
    }

    public FakeTimeProvider Clock { get; }

    public ConcurrentDictionary<string, long> Measured { get; } = [];

    public OffenceList Offences => (OffenceList)_app.Services.GetRequiredService<IOffences>();

    public HttpClient Client { get; private set; } = null!;

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<ThrottleServer> StartAsync(Action<ThrottleOptions> configure, RequestDelegate? end = null)
    {
        var clock = new FakeTimeProvider();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<ThrottleOptions>(o =>
        {
            o.Enabled = true;
            configure(o);
        });
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<IOffences, OffenceList>();
        builder.Services.AddThrottle();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Use(next => context =>
        {
            context.Features.Set<IClientFeature>(new TestClient(context.Request.Headers["X-Client"].ToString()));
            return next(context);
        });
        app.UseThrottle();
        app.Run(end ?? (context => context.Response.WriteAsync("ok")));
        var server = new ThrottleServer(app, clock);
        await app.StartAsync();
        server.Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        return server;
    }

    public async Task<HttpResponseMessage> AskAsync(string path = "/", string client = "192.0.2.1", HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        request.Headers.Add("X-Client", client);
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public void Observe() => _listener.RecordObservableInstruments();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _listener.Dispose();
        await _app.DisposeAsync();
    }

    public sealed class OffenceList : IOffences
    {
        public ConcurrentQueue<string> Seen { get; } = [];

        public void Report(IClientFeature client, OffenceKind kind, string reason) => Seen.Enqueue($"{client.Address} {kind} {reason}");

        public void Report(IPAddress client, bool isDirect, OffenceKind kind, string reason) => Seen.Enqueue($"{client} {isDirect} {kind} {reason}");
    }

    private sealed class TestClient(string address) : IClientFeature
    {
        public ulong ClientKey => (ulong)address.GetHashCode(StringComparison.Ordinal);

        public IPAddress? Address => address.Length == 0 || address == "unix" ? null : IPAddress.Parse(address.Replace("trusted ", "", StringComparison.Ordinal));

        public bool IsDirect => true;

        public bool IsTrusted => address.StartsWith("trusted", StringComparison.Ordinal);
    }
}
