namespace Weir.Gateway.Telemetry;

/// <summary>Logging to the console, levels from the <c>Logging</c> section; follows reloads.</summary>
internal static class LoggingExtensions
{
    public static void AddConsoleLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddConsole();
        // ASP.NET Core makes an Activity for each request once this category logs anything, which costs more than forwarding it.
        // Who wants its lines names the category, or one above it from Microsoft.AspNetCore.Hosting on.
        var levels = builder.Configuration.GetSection("Logging:LogLevel");
        if (!levels.GetChildren().Any(l => l.Key.StartsWith("Microsoft.AspNetCore.Hosting", StringComparison.OrdinalIgnoreCase)))
            builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
    }
}
