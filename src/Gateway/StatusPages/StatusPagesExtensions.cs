namespace Weir.Gateway.StatusPages;

/// <summary>Keeps the servers' status pages from clients.</summary>
internal static class StatusPagesExtensions
{
    /// <summary>Registers what <see cref="UseHiddenStatus"/> and the transform need. Options come from <c>Weir:Farm</c>.</summary>
    public static IReverseProxyBuilder AddHiddenStatus(this IReverseProxyBuilder proxy)
    {
        proxy.Services.AddSingleton<CurrentStatusPaths>();
        return proxy.AddTransforms<StatusPathTransforms>();
    }

    /// <summary>Answers 404 for the paths that <c>Weir:Farm</c> has the servers asked at, unless <c>HideStatus</c> is false.</summary>
    public static IApplicationBuilder UseHiddenStatus(this IApplicationBuilder app)
    {
        var paths = app.ApplicationServices.GetRequiredService<CurrentStatusPaths>();
        return app.Use(next => context =>
        {
            if (!paths.Covers(context.Request.Path.Value ?? ""))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }
}
