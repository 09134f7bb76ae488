using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Weir.Gateway.Admin;
using Weir.Gateway.Admin.Edge;
using Weir.Gateway.Tests.Control;
using Weir.Policies.Contracts;

namespace Weir.Gateway.Tests.Cli;

/// <summary>What <c>weir explain</c> says of counters and jails.</summary>
public sealed class EdgeExplainTests
{
    private const string Settings =
        """
        {"Weir": {
           "Management": {"Url": "http://127.0.0.1:0"},
           "ClientAddress": {"TrustedProxies": ["10.0.0.1"]},
           "Throttle": {"Enabled": true, "PageCount": 100, "Allow": ["198.51.100.0/24"],
                        "Rules": [{"Name": "api", "Scope": "Route", "Route": "api", "RequestsPerSecond": 5, "ConcurrentRequests": 3, "BytesPerSecond": 4096, "DryRun": true}]},
           "Jail": {"StateFile": "", "Jails": {
             "scanners": {"Offences": ["Scanner"], "MaxRetry": 3, "BanTime": "01:00:00"},
             "logins": {"Offences": ["Auth", "Throttle"], "CountForbidden": true, "DryRun": true}}}},
         "ReverseProxy": {
           "Routes": {"api": {"ClusterId": "c", "Match": {"Path": "/api/{**x}"}}, "all": {"ClusterId": "c", "Match": {"Path": "/{**x}"}}},
           "Clusters": {"c": {"Destinations": {"d": {"Address": "http://127.0.0.1:9"}}}}}}
        """;

    [Fact]
    public async Task Offline_it_names_every_counter_and_every_jail_by_the_configuration()
    {
        var output = await ExplainAsync("http://a/api/.env", "--management", "http://127.0.0.1:1", "--header", "Authorization: Basic eA==");
        Assert.Contains("client     192.0.2.1 (an example; --client names another), counted as 192.0.2.1/32", output, StringComparison.Ordinal);
        Assert.Contains("ban        not known; no running gateway answered", output, StringComparison.Ordinal);
        Assert.Matches("throttle   on\\s", output);
        Assert.Matches("block +block +client +- +00:00:10 +not blocked", output);
        Assert.Matches("page +window +client, page +100 +00:00:01 +0", output);
        Assert.Matches("api +bucket +client +5 +00:00:01 +0 +dry run", output);
        Assert.Matches("api +concurrency +client +3 +- +0 +dry run", output);
        Assert.Matches("api +bandwidth +response +4096 B/s +00:00:01 +- +dry run", output);
        Assert.Contains("jails      2 would count it", output, StringComparison.Ordinal);
        Assert.Matches("logins +401, 403 +an answer with 401 counts as a failed log-in +0 +5 +00:10:00 +00:10:00 +dry run", output);
        Assert.Matches("scanners +403, 404 +the path is one of Weir:Jail:ScannerPaths and leads nowhere +0 +3 +00:10:00 +01:00:00", output);
        Assert.Contains("and when the throttle refuses it: logins", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_what_does_not_count_and_why()
    {
        Assert.Contains("a trusted proxy: neither counted nor banned", await ExplainAsync("http://a/x", "--client", "10.0.0.1", "--management", "http://127.0.0.1:1"), StringComparison.Ordinal);
        Assert.Contains("throttle   on counts nothing of a client in Weir:Throttle:Allow", await ExplainAsync("http://a/x", "--client", "198.51.100.9", "--management", "http://127.0.0.1:1"), StringComparison.Ordinal);
        Assert.Contains("a static file: counts neither for its page nor for its site", await ExplainAsync("http://a/x.css", "--management", "http://127.0.0.1:1"), StringComparison.Ordinal);
        Assert.Contains("jails      none would count it", await ExplainAsync("http://a/x", "--status", "200", "--management", "http://127.0.0.1:1"), StringComparison.Ordinal);
        var (code, _, error) = await WeirRun.Async(Settings, "explain", "http://a/x", "--config", "FILE", "--client", "nobody");
        Assert.Equal((1, $"--client nobody is no IPv4 or IPv6 address.{Environment.NewLine}"), (code, error));
        (code, _, error) = await WeirRun.Async(Settings, "explain", "http://a/x", "--config", "FILE", "--status", "7");
        Assert.Equal((1, $"--status is 7; allowed: 100 to 599.{Environment.NewLine}"), (code, error));
    }

    [Fact]
    public async Task A_running_gateway_tells_its_counters_and_the_ban()
    {
        using var directory = new ConfigurationDirectory();
        await using var gateway = GatewayHost.Build(
            ["--config", directory.Write(Settings), "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]);
        await gateway.StartAsync(TestContext.Current.CancellationToken);
        var management = gateway.Services.GetRequiredService<ManagementService>().Address!;
        var offences = gateway.Services.GetRequiredService<IOffences>();
        for (var i = 0; i < 2; i++)
            offences.Report(IPAddress.Parse("192.0.2.7"), isDirect: true, OffenceKind.Scanner, "test");

        var output = await ExplainAsync("http://a/.env", "--client", "192.0.2.7", "--management", management);
        Assert.Contains("ban        none", output, StringComparison.Ordinal);
        Assert.Matches("scanners +403, 404 +.* nowhere +2 +3 ", output);

        offences.Report(IPAddress.Parse("192.0.2.7"), isDirect: true, OffenceKind.Scanner, "test");
        output = await ExplainAsync("http://a/.env", "--client", "::ffff:192.0.2.7", "--management", management);
        Assert.Matches("ban        by scanners until .*: 3 offences within .*; this request would end here", output);

        using var http = new HttpClient { BaseAddress = new Uri(management) };
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync("/api/explain?client=x", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Contains(
            "allowed: 100 to 599.", await (await http.GetAsync("/api/explain?client=192.0.2.1&url=http://a/&status=7", TestContext.Current.CancellationToken))
                .Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_survives_its_way_to_the_gateway()
    {
        var asked = new EdgeQuestion(IPAddress.Parse("2001:db8::1"), "PATCH", new Uri("https://a.example/x%20y?z=%26"), "r&1", 401, "http://b/?c=d", "agent +&", true);
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        context.Request.QueryString = new Microsoft.AspNetCore.Http.QueryString(asked.ToQuery());
        Assert.Null(EdgeQuestion.Read(context.Request.Query, out var read));
        Assert.Equal(asked, read);
    }

    private static async Task<string> ExplainAsync(string url, params string[] more)
    {
        var (code, output, error) = await WeirRun.Async(Settings, ["explain", url, "--config", "FILE", .. more]);
        Assert.Equal((0, ""), (code, error));
        return output;
    }
}
