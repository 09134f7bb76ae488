using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Weir.Functional;

/// <summary><c>/?ms=100</c> answers after that time, <c>/held</c> once it is let go.</summary>
internal sealed class SlowUpstream : IAsyncDisposable
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _app;
    private int _held;

    private SlowUpstream()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            if (context.Request.Path == "/held")
            {
                Interlocked.Increment(ref _held);
                await _release.Task.WaitAsync(context.RequestAborted);
                await context.Response.WriteAsync("held");
                return;
            }

            var ms = int.Parse(context.Request.Query["ms"].ToString());
            await Task.Delay(ms, context.RequestAborted);
            await context.Response.WriteAsync($"slept {ms}");
        });
    }

    public string Url => _app.Urls.Single();

    public static async Task<SlowUpstream> StartAsync()
    {
        var upstream = new SlowUpstream();
        await upstream._app.StartAsync();
        return upstream;
    }

    /// <summary>Waits until so many requests for <c>/held</c> have come.</summary>
    public async Task HoldsAsync(int requests)
    {
        for (var clock = Stopwatch.StartNew(); Volatile.Read(ref _held) < requests; await Task.Delay(10))
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), "The requests did not come.");
    }

    public void Release() => _release.TrySetResult();

    public ValueTask DisposeAsync()
    {
        _release.TrySetResult();
        return _app.DisposeAsync();
    }
}
