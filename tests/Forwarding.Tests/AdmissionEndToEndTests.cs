using System.Net;

namespace Weir.Forwarding.Tests;

public sealed class AdmissionEndToEndTests
{
    [Fact]
    public async Task A_server_never_sees_more_requests_at_once_than_its_slots()
    {
        var now = 0;
        var most = 0;
        await using var server = new ScriptedServer(async (_, stream, stop) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Delay(10, stop);
            Interlocked.Decrement(ref now);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), stop);
            return true;
        });
        await using var gateway = await TestGateway.StartAsync([server.Url], limit: 5);
        using var http = new HttpClient();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => http.GetStringAsync(gateway.Url)));

        Assert.All(answers, a => Assert.Equal("ok", a));
        Assert.Equal(5, most);
        Assert.InRange(gateway.Servers.All.Single().Connections.Open, 1, 5);
    }

    [Fact]
    public async Task A_refusal_is_a_503_with_a_reason_and_a_time_to_come_back()
    {
        await using var server = ScriptedServer.Answering(TimeSpan.FromSeconds(30));
        await using var gateway = await TestGateway.StartAsync([server.Url], limit: 1, options: o => o.MaxWait = TimeSpan.FromMilliseconds(100));
        using var http = new HttpClient();
        using var leave = new CancellationTokenSource();
        var first = http.GetAsync(gateway.Url, leave.Token);
        while (gateway.InFlight == 0)
            await Task.Delay(10);

        using var refused = await http.GetAsync(gateway.Url);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("503 wait_timed_out\n", await refused.Content.ReadAsStringAsync());
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.True(refused.Headers.CacheControl!.NoStore);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task A_clients_own_deadline_shortens_its_wait()
    {
        await using var server = ScriptedServer.Answering(TimeSpan.FromSeconds(30));
        await using var gateway = await TestGateway.StartAsync([server.Url], limit: 1, options: o => o.DeadlineHeader = "X-Deadline");
        using var http = new HttpClient();
        using var leave = new CancellationTokenSource();
        var first = http.GetAsync(gateway.Url, leave.Token);
        while (gateway.InFlight == 0)
            await Task.Delay(10);
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.Url);
        request.Headers.Add("X-Deadline", "100ms");

        using var refused = await http.SendAsync(request).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task A_route_without_admission_takes_no_slot()
    {
        await using var server = ScriptedServer.Answering();
        await using var gateway = await TestGateway.StartAsync(
            [server.Url], limit: 1, options: o => o.Routes["r"] = new() { Enabled = false });
        Assert.True(gateway.Servers.All.Single().TryAcquire(out var held));
        using var http = new HttpClient();
        Assert.Equal("ok", await http.GetStringAsync(gateway.Url));
        held.Dispose();
    }
}
