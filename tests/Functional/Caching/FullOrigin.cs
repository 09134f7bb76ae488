using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Weir.Functional.Caching;

/// <summary><c>/page</c> is fresh for <see cref="Fresh"/>, <c>/held</c> answers once it is let go.</summary>
internal sealed class FullOrigin : IAsyncDisposable
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _app;

    private FullOrigin()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            if (context.Request.Path == "/held")
            {
                _held.TrySetResult();
                await _release.Task.WaitAsync(context.RequestAborted);
                return;
            }

            context.Response.Headers.CacheControl = $"max-age={Fresh.TotalSeconds}";
            await context.Response.WriteAsync("page");
        });
    }

    public static TimeSpan Fresh { get; } = TimeSpan.FromSeconds(2);

    public string Url => _app.Urls.Single();

    public static async Task<FullOrigin> StartAsync()
    {
        var origin = new FullOrigin();
        await origin._app.StartAsync();
        return origin;
    }

    /// <summary>Waits until <c>/held</c> has come.</summary>
    public Task HoldsAsync(TimeSpan atMost) => _held.Task.WaitAsync(atMost);

    public void Release() => _release.TrySetResult();

    public ValueTask DisposeAsync()
    {
        Release();
        return _app.DisposeAsync();
    }
}
