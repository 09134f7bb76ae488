using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Weir.Gateway.Telemetry;

namespace Weir.Gateway.Tests.Telemetry;

public sealed class ConsoleLoggingTests
{
    [Theory]
    [InlineData(null, ConsoleLoggerQueueFullMode.DropWrite)]
    [InlineData("Wait", ConsoleLoggerQueueFullMode.Wait)]
    public async Task A_console_that_nobody_reads_holds_up_nobody_unless_asked_to(string? configured, ConsoleLoggerQueueFullMode expected)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection([new("Logging:Console:QueueFullMode", configured)]);

        builder.AddConsoleLogging();

        await using var services = builder.Services.BuildServiceProvider();
        Assert.Equal(expected, services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.QueueFullMode);
    }
}
