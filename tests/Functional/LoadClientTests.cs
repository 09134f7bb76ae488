using System.Net;
using System.Text.Json.Nodes;
using Weir.Support;
using Weir.Support.Apache;
using Weir.Support.Load;

namespace Weir.Functional;

public sealed class LoadClientTests
{
    [Fact]
    public async Task The_closed_loop_keeps_its_connections_and_counts_every_answer()
    {
        await using var apache = await ApacheServer.StartAsync();

        var result = await LoadClient.RunAsync(new LoadOptions
        {
            Target = new IPEndPoint(IPAddress.Loopback, apache.Port),
            Connections = 10,
            Path = "/slow?ms=20",
            Duration = TimeSpan.FromSeconds(1),
        });

        Assert.True(result.Failed == 0, result.ToString());
        Assert.Equal(result.Ok, result.Statuses[200]);
        // Ten that wait 20 ms each: no more than 500 a second, however busy the machine; and no answer before its time.
        Assert.InRange(result.PerSecond, 1, 500);
        Assert.InRange(result.Percentile(0.5), 20, 10_000);
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_is_a_timeout_and_the_client_starts_over()
    {
        await using var apache = await ApacheServer.StartAsync();

        var result = await LoadClient.RunAsync(new LoadOptions
        {
            Target = new IPEndPoint(IPAddress.Loopback, apache.Port),
            Path = "/slow?ms=400",
            Timeout = TimeSpan.FromMilliseconds(100),
            Duration = TimeSpan.FromSeconds(0.5),
        });

        Assert.Equal(0, result.Ok);
        Assert.InRange(result.Failures[LoadFailure.Timeout], 1, 6);
        Assert.Equal(result.Failed, result.Failures[LoadFailure.Timeout]);
    }

    [Fact]
    public async Task Refused_connections_and_bad_statuses_are_told_apart()
    {
        await using var apache = await ApacheServer.StartAsync();
        var options = new LoadOptions { Target = new IPEndPoint(IPAddress.Loopback, apache.Port), Path = "/nowhere", Duration = TimeSpan.FromSeconds(0.3) };

        var missing = await LoadClient.RunAsync(options);
        await apache.StopAsync();
        var refused = await LoadClient.RunAsync(options);

        Assert.Equal(missing.Failed, missing.Failures[LoadFailure.Status]);
        Assert.Equal(missing.Failed, missing.Statuses[404]);
        Assert.InRange(refused.Failures[LoadFailure.Refused], 1, 10);
    }

    [Fact]
    public async Task The_gateway_runs_as_its_own_process_and_ends_on_SIGTERM()
    {
        await using var apache = await ApacheServer.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject
        {
            ["ReverseProxy"] = new JsonObject
            {
                ["Routes"] = new JsonObject { ["all"] = new JsonObject { ["ClusterId"] = "farm", ["Match"] = new JsonObject { ["Path"] = "/{**rest}" } } },
                ["Clusters"] = new JsonObject { ["farm"] = new JsonObject { ["Destinations"] = new JsonObject { ["a"] = new JsonObject { ["Address"] = apache.Url } } } },
            },
        });

        var result = await LoadClient.RunAsync(new LoadOptions
        {
            Target = gateway.EndPoint,
            Connections = 4,
            LocalAddresses = [IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3")],
            Duration = TimeSpan.FromSeconds(2),
        });
        await gateway.SignalAsync("TERM");
        var exit = await gateway.WaitForExitAsync(TimeSpan.FromSeconds(60));

        Assert.True(result is { Failed: 0, Ok: >= 4 }, result + string.Join('\n', gateway.Log));
        Assert.Equal(0, exit);
    }
}
