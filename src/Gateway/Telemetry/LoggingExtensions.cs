using Microsoft.Extensions.Logging.Console;

namespace Weir.Gateway.Telemetry;

/// <summary>Logging to the console, levels from the <c>Logging</c> section; follows reloads.</summary>
internal static class LoggingExtensions
{
    public static void AddConsoleLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        // A console that nobody reads must not hold up requests: lines that find the queue full are lost, and the log says how
        // many. Before AddConsole, so that Logging:Console can say otherwise.
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        builder.Logging.AddConsole();
        // ASP.NET Core makes an Activity for each request once this category logs anything, which costs more than forwarding it.
        // Who wants its lines names the category, or one above it from Microsoft.AspNetCore.Hosting on, and restarts: this counts at start.
        var levels = builder.Configuration.GetSection("Logging:LogLevel");
        if (!levels.GetChildren().Any(l => l.Key.StartsWith("Microsoft.AspNetCore.Hosting", StringComparison.OrdinalIgnoreCase)))
            builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
    }
}
