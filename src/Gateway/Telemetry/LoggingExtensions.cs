namespace Weir.Gateway.Telemetry;

/// <summary>Logging to the console, levels from the <c>Logging</c> section; follows reloads.</summary>
internal static class LoggingExtensions
{
    public static void AddConsoleLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddConsole();
    }
}
