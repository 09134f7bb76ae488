using System.Text.Json;
using System.Text.Json.Serialization;
using Weir.Forwarding.Slots;
using Weir.Gateway.Admin.Edge;
using Weir.Gateway.Telemetry;

namespace Weir.Gateway.Admin;

/// <summary>What the management listener answers.</summary>
internal sealed class ManagementEndpoints(
    Readiness readiness, FarmView farm, GatewayState state, MetricStore metrics, BanEndpoints bans, BanFeeds feeds, EdgeView edge,
    ILogger<ManagementEndpoints> logger)
{
    /// <summary>How the API writes JSON.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/livez", context => TextAsync(context, StatusCodes.Status200OK, "ok"));
        routes.MapGet("/readyz", ReadyAsync);
        routes.MapGet("/healthz", ReadyAsync);
        routes.MapGet("/metrics", MetricsAsync);
        routes.MapGet("/api/farm", context => JsonAsync(context, StatusCodes.Status200OK, farm.Read()));
        routes.MapGet("/api/explain", ExplainAsync);
        bans.Map(routes);
        feeds.Map(routes);
        foreach (var mode in Enum.GetValues<ServerMode>())
        {
            var name = mode.ToString().ToLowerInvariant();
            routes.MapPost($"/api/farm/servers/{name}", context => SetModeAsync(context, context.Request.Query["address"].ToString(), mode));
            // Routing leaves %2F as it is, so that an escaped address is one segment.
            routes.MapPost($"/api/farm/servers/{{address}}/{name}",
                context => SetModeAsync(context, Uri.UnescapeDataString((string)context.Request.RouteValues["address"]!), mode));
        }
    }

    private Task ReadyAsync(HttpContext context)
    {
        if (context.Request.Query.ContainsKey("verbose"))
        {
            var report = readiness.Report();
            return JsonAsync(context, report.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, report);
        }

        var why = readiness.WhyNot();
        return TextAsync(context, why is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, why ?? "ok");
    }

    private Task ExplainAsync(HttpContext context) =>
        EdgeQuestion.Read(context.Request.Query, out var question) is { } fault
            ? JsonAsync(context, StatusCodes.Status400BadRequest, new BanProblem(fault))
            : JsonAsync(context, StatusCodes.Status200OK, edge.Read(question!));

    private async Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = PrometheusWriter.ContentType;
        var text = await metrics.CollectAsync(context.RequestAborted);
        await context.Response.Body.WriteAsync(text, context.RequestAborted);
    }

    private Task SetModeAsync(HttpContext context, string address, ServerMode mode)
    {
        var server = farm.Find(address);
        if (server is null)
        {
            return JsonAsync(context, StatusCodes.Status404NotFound,
                new UnknownServer($"No server has the address '{address}'.", [.. farm.Servers().Select(s => s.Address)]));
        }

        var before = server.Mode;
        server.Mode = mode;
        if (before != mode)
            AdminLog.ModeChanged(logger, server.Address, mode, before);
        return JsonAsync(context, StatusCodes.Status200OK, farm.Read(server));
    }

    private Task JsonAsync<T>(HttpContext context, int status, T body)
    {
        Prepare(context, status);
        return context.Response.WriteAsJsonAsync(body, Json, context.RequestAborted);
    }

    private Task TextAsync(HttpContext context, int status, string text)
    {
        Prepare(context, status);
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }

    private void Prepare(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        // A prober that keeps its connection must not hold up the end.
        if (state.IsDraining)
            context.Response.Headers.Connection = "close";
    }
}
