using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Forwarding.Slots;
using Weir.Gateway.Admin;
using Weir.Gateway.Cli;
using Weir.Gateway.Telemetry;
using Weir.Support;

namespace Weir.Gateway.Tests.Admin;

public sealed class ManagementServiceTests
{
    private const string Token = "a-token-of-enough-length";

    private static WebApplication Build(params string[] more) => GatewayHost.Build(
    [
        "--contentRoot", AppContext.BaseDirectory, "--Kestrel:Endpoints:Http:Url=http://127.0.0.1:0", "--Weir:Management:Url=http://127.0.0.1:0",
        "--ReverseProxy:Routes:all:ClusterId=web", "--ReverseProxy:Routes:all:Match:Path={**path}",
        "--ReverseProxy:Clusters:web:Destinations:one:Address=http://127.0.0.1:7/", "--Weir:Farm:ColdStart:Enabled=false", "--Logging:LogLevel:Default=None", .. more,
    ]);

    private static string Url(WebApplication app) => app.Services.GetRequiredService<ManagementService>().Address!;

    private static async Task<(WebApplication App, HttpClient Http)> StartAsync(params string[] more)
    {
        var app = Build(more);
        await app.StartAsync();
        return (app, new HttpClient { BaseAddress = new Uri(Url(app)) });
    }

    [Fact]
    public async Task The_probes_say_ready_when_started_and_not_ready_when_draining_although_the_server_still_answers()
    {
        var (app, http) = await StartAsync();
        await using var _ = app;
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/livez")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/readyz")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz")).StatusCode);

        app.Services.GetRequiredService<GatewayState>().Drain();

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/livez")).StatusCode);
        var ready = await http.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("draining\n", await ready.Content.ReadAsStringAsync());
        Assert.True(ready.Headers.ConnectionClose);
    }

    [Fact]
    public async Task The_report_says_how_it_stands_with_the_kernel_and_stays_ready()
    {
        var (app, http) = await StartAsync();
        await using (app)
            Assert.Null((await http.GetFromJsonAsync<ReadinessReport>("/readyz?verbose"))!.Firewall);
        var socket = Path.Combine(Path.GetTempPath(), $"weir-none-{Guid.NewGuid():N}", "enforcer.sock");
        (app, http) = await StartAsync("--Weir:Firewall:Enabled=true", $"--Weir:Firewall:Socket={socket}");
        await using var _ = app;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        ReadinessReport? report;
        // It is off until its task has tried for the first time.
        while ((report = await http.GetFromJsonAsync<ReadinessReport>("/readyz?verbose", patience.Token))!.Firewall is null)
            await Task.Delay(20, patience.Token);
        Assert.True(report.Ready);
        Assert.StartsWith("away since ", report.Firewall, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Idle_connections_are_closed_so_that_probes_find_room_again()
    {
        var (app, http) = await StartAsync("--Weir:Management:MaxConnections=2");
        await using var _ = app;
        var root = new Uri(Url(app));
        using var silent = new TcpClient();
        using var idle = new TcpClient();
        await silent.ConnectAsync(root.Host, root.Port);
        await idle.ConnectAsync(root.Host, root.Port);
        await idle.GetStream().WriteAsync("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetAsync("/livez"));

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await idle.GetStream().CopyToAsync(Stream.Null, limit.Token);
        await silent.GetStream().CopyToAsync(Stream.Null, limit.Token);

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/livez")).StatusCode);
    }

    [Fact]
    public async Task A_cluster_without_room_is_told_but_is_no_reason_for_not_ready()
    {
        var (app, http) = await StartAsync();
        await using var _ = app;
        app.Services.GetRequiredService<ServerDirectory>().GetOrAdd("http://127.0.0.1:7").Mode = ServerMode.Maintenance;

        var report = await http.GetFromJsonAsync<ReadinessReport>("/readyz?verbose");

        Assert.True(report!.Ready);
        Assert.Equal(["cluster web has no server with room"], report.Farm);
    }

    [Fact]
    public async Task How_the_link_to_the_other_gateways_is_is_told_and_is_no_reason_for_not_ready()
    {
        var (app, http) = await StartAsync();
        await using (app)
            Assert.Null((await http.GetFromJsonAsync<ReadinessReport>("/readyz?verbose"))!.SharedState);

        await using var redis = await RedisServer.StartAsync();
        (app, http) = await StartAsync($"--Weir:State:Redis:Url=redis://somebody:s3cret@127.0.0.1:{redis.Port}", "--Weir:State:ReplicaName=one");
        await using var _ = app;
        // Nobody of that name: said, without the password.
        var report = await http.GetFromJsonAsync<ReadinessReport>("/readyz?verbose");
        Assert.True(report!.Ready);
        Assert.StartsWith("local only since ", report.SharedState, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", report.SharedState, StringComparison.Ordinal);

        await redis.CliAsync("ACL", "SETUSER", "somebody", "on", ">s3cret", "allkeys", "allchannels", "+@all");
        await UntilSharedAsync(http, $"connected to redis at 127.0.0.1:{redis.Port}, 1 gateways alive");
        await redis.KillAsync();
        await UntilSharedAsync(http, "local only since ");
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/readyz")).StatusCode);
    }

    [Fact]
    public async Task The_farm_report_names_gateway_clusters_and_servers()
    {
        var (app, http) = await StartAsync();
        await using var _ = app;
        var farm = await http.GetFromJsonAsync<FarmReport>("/api/farm", ManagementEndpoints.Json);

        Assert.Equal(GatewayState.Version, farm!.Gateway.Version);
        var cluster = Assert.Single(farm.Clusters);
        Assert.Equal("web", cluster.Id);
        Assert.Equal(["http://127.0.0.1:7"], cluster.Servers);
        var server = Assert.Single(farm.Servers);
        Assert.Equal("ready", server.Mode);
        Assert.Equal(ServerDirectory.DefaultLimit, server.Limit);
        Assert.Null(server.Mpm);
        Assert.Equal("unknown", server.Health);
    }

    [Theory]
    [InlineData("/api/farm/servers/{0}/drain", "http://127.0.0.1:7", ServerMode.Drain)]
    [InlineData("/api/farm/servers/maintenance?address={0}", "http://127.0.0.1:7/", ServerMode.Maintenance)]
    [InlineData("/api/farm/servers/{0}/drain", "127.0.0.1:7", ServerMode.Drain)]
    public async Task A_server_is_drained_or_taken_out_and_comes_back(string path, string address, ServerMode mode)
    {
        var (app, http) = await StartAsync();
        await using var _ = app;
        var slots = app.Services.GetRequiredService<ServerDirectory>().GetOrAdd("http://127.0.0.1:7");

        var answer = await http.PostAsJsonAsync(string.Format(path, Uri.EscapeDataString(address)), new { });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(mode, slots.Mode);
        await http.PostAsJsonAsync("/api/farm/servers/ready?address=127.0.0.1:7", new { });
        Assert.Equal(ServerMode.Ready, slots.Mode);
    }

    [Fact]
    public async Task A_server_that_no_cluster_names_is_answered_404_with_the_known_addresses()
    {
        var (app, http) = await StartAsync();
        await using var _ = app;
        var answer = await http.PostAsJsonAsync("/api/farm/servers/drain?address=http://nobody:80", new { });

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var unknown = await answer.Content.ReadFromJsonAsync<UnknownServer>();
        Assert.Equal("No server has the address 'http://nobody:80'.", unknown!.Error);
        Assert.Equal(["http://127.0.0.1:7"], unknown.Known);
    }

    [Fact]
    public async Task A_web_page_can_neither_rebind_its_name_nor_post_a_form()
    {
        var (app, http) = await StartAsync();
        await using var _ = app;

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Get, r => r.Headers.Host = "evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Post, r => r.Content = new FormUrlEncodedContent([])));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Post, r =>
        {
            r.Content = JsonContent.Create(new { });
            r.Headers.Add("Origin", "http://evil.example");
        }));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(HttpMethod.Post, r => r.Headers.Add("X-Weir", "1")));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await StatusAsync(HttpMethod.Get, _ => { }));

        async Task<HttpStatusCode> StatusAsync(HttpMethod method, Action<HttpRequestMessage> change)
        {
            using var request = new HttpRequestMessage(method, "/api/farm/servers/drain?address=http://nobody");
            change(request);
            using var response = await http.SendAsync(request);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task With_a_token_only_plain_probes_are_open()
    {
        var (app, http) = await StartAsync("--Weir:Management:Token=" + Token);
        await using var _ = app;
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/readyz")).StatusCode);
        foreach (var path in (string[])["/readyz?verbose", "/metrics", "/api/farm"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(path)).StatusCode);

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        foreach (var path in (string[])["/readyz?verbose", "/metrics", "/api/farm"])
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task A_configured_name_may_be_the_Host()
    {
        var (app, http) = await StartAsync("--Weir:Management:AllowedHosts:0=weir.test");
        await using var _ = app;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/livez") { Headers = { Host = "weir.test" } };
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task The_proxys_listener_does_not_serve_the_management_paths()
    {
        var (app, _) = await StartAsync();
        await using var __ = app;
        using var proxy = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Assert.Equal(HttpStatusCode.BadGateway, (await proxy.GetAsync("/api/farm")).StatusCode);
    }

    [Fact]
    public async Task The_metrics_carry_the_farm_and_Kestrel_and_read_back()
    {
        var (app, http) = await StartAsync();
        await using var _ = app;
        using var proxy = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        await proxy.GetAsync("/");

        // The client has its answer before the request is measured: the duration may come with a later scrape.
        IReadOnlyList<PrometheusSample> samples = [];
        for (var attempt = 0; attempt < 600 && !samples.Any(s => s.Name == "http_server_request_duration_seconds_count"); attempt++)
        {
            await Task.Delay(attempt == 0 ? 0 : 50);
            using var response = await http.GetAsync("/metrics");
            Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
            samples = [.. PrometheusSample.Parse(await response.Content.ReadAsStringAsync())];
        }

        Assert.Equal("http://127.0.0.1:7", samples.Single(s => s.Name == "weir_server_limit").Labels["server"]);
        Assert.Equal("web", samples.Single(s => s.Name == "weir_admission_waiting").Labels["cluster"]);
        Assert.Contains(samples, s => s.Name == "kestrel_active_connections");
        var request = samples.Single(s => s.Name == "http_server_request_duration_seconds_count");
        Assert.Equal("502", request.Labels["http_response_status_code"]);
    }

    [Fact]
    public async Task Every_instrument_of_the_house_stands_in_the_documentation()
    {
        var (app, _) = await StartAsync();
        await using var __ = app;
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Weir.slnx")))
            folder = folder.Parent;
        var documented = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "docs", "metrics.md"));

        var own = app.Services.GetRequiredService<MetricStore>().Families.Where(f => f.Instrument.StartsWith("weir.", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(own);
        Assert.All(own, f => Assert.Contains($"| `{f.Name}` |", documented, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_port_in_use_ends_the_start_with_the_key_and_the_value()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var url = $"http://{taken.LocalEndPoint}";
        await using var app = Build("--Weir:Management:Url=" + url);

        var error = await Assert.ThrowsAsync<StartupException>(() => app.StartAsync());

        Assert.StartsWith($"Weir:Management:Url is '{url}', and that address cannot be listened on: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_management_listener_that_is_off_leaves_the_gateway_running()
    {
        await using var app = Build("--Weir:Management:Enabled=false");
        await app.StartAsync();
        Assert.Null(app.Services.GetRequiredService<ManagementService>().Address);
        Assert.NotEmpty(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses);
    }

    [Fact]
    public async Task While_draining_the_proxys_answers_close_their_connection()
    {
        var (app, _) = await StartAsync();
        await using var __ = app;
        using var proxy = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Assert.NotEqual(true, (await proxy.GetAsync("/")).Headers.ConnectionClose);

        app.Services.GetRequiredService<GatewayState>().Drain();

        Assert.True((await proxy.GetAsync("/")).Headers.ConnectionClose);
    }

    [Fact]
    public async Task Ctrl_C_stops_without_the_delay_and_a_second_signal_is_left_to_the_system()
    {
        var (app, _) = await StartAsync("--Weir:Shutdown:DrainDelay=00:05:00");
        await using var __ = app;
        var lifetime = (GatewayLifetime)app.Services.GetRequiredService<IHostLifetime>();

        Assert.True(lifetime.OnSignal(PosixSignal.SIGINT));
        Assert.True(app.Lifetime.ApplicationStopping.IsCancellationRequested);
        Assert.False(lifetime.OnSignal(PosixSignal.SIGINT));
        await app.WaitForShutdownAsync();
    }

    [Fact]
    public async Task SIGTERM_says_not_ready_at_once_and_stops_only_after_the_delay()
    {
        var (app, http) = await StartAsync("--Weir:Shutdown:DrainDelay=00:05:00");
        await using var _ = app;

        Assert.True(((GatewayLifetime)app.Services.GetRequiredService<IHostLifetime>()).OnSignal(PosixSignal.SIGTERM));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync("/readyz")).StatusCode);
        Assert.False(app.Lifetime.ApplicationStopping.IsCancellationRequested);
    }

    [Fact]
    public async Task Systemd_is_told_in_one_datagram()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        try
        {
            new SystemdNotifier(NullLogger<SystemdNotifier>.Instance, path).Notify("READY=1");
            var buffer = new byte[64];
            var read = await socket.ReceiveAsync(buffer);
            Assert.Equal("READY=1", Encoding.UTF8.GetString(buffer, 0, read));
        }
        finally
        {
            File.Delete(path);
        }

        // A socket that is gone is a warning, never a reason to fail.
        new SystemdNotifier(NullLogger<SystemdNotifier>.Instance, path).Notify("READY=1");
    }

    [Fact]
    public async Task The_command_line_lists_the_farm_and_drains_a_server()
    {
        var (app, _) = await StartAsync();
        await using var __ = app;
        var (code, output, _) = await RunAsync("farm", "list", "--management", Url(app));
        Assert.Equal(0, code);
        Assert.Contains("http://127.0.0.1:7", output, StringComparison.Ordinal);

        (code, output, _) = await RunAsync("farm", "drain", "127.0.0.1:7", "--management", Url(app));
        Assert.Equal(0, code);
        Assert.Equal($"http://127.0.0.1:7: drain, 0 in flight, limit {ServerDirectory.DefaultLimit}{Environment.NewLine}", output);

        (code, _, var error) = await RunAsync("farm", "ready", "nobody:1", "--management", Url(app));
        Assert.Equal(1, code);
        Assert.Equal($"No server has the address 'nobody:1'. Known: http://127.0.0.1:7{Environment.NewLine}", error);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await WeirCommand.Create().Parse(args).InvokeAsync(new System.CommandLine.InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    private static async Task UntilSharedAsync(HttpClient http, string start)
    {
        var shared = "";
        for (var clock = System.Diagnostics.Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(60); await Task.Delay(50))
        {
            var report = await http.GetFromJsonAsync<ReadinessReport>("/readyz?verbose");
            shared = report!.SharedState ?? "";
            if (report.Ready && shared.StartsWith(start, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"Not within 60 s: {start}; it says: {shared}");
    }
}
