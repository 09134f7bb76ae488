using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Weir.Gateway.Admin;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Lists;

namespace Weir.Gateway.Tests.Admin;

public sealed class BanEndpointsTests
{
    [Fact]
    public async Task A_ban_is_added_listed_filtered_and_lifted()
    {
        await using var app = await StartAsync();
        using var http = Client(app);
        var added = await PostAsync(http, new BanRequest("192.0.2.0/24", "10m", "scraper"));
        Assert.Equal(HttpStatusCode.OK, added.StatusCode);
        await PostAsync(http, new BanRequest("2001:db8::7", "forever", null));
        var bans = app.Services.GetRequiredService<IBans>();
        Assert.Equal("scraper", bans.Find(IPAddress.Parse("192.0.2.99"))!.Reason);

        var all = await http.GetFromJsonAsync<BanListReport>("/api/bans", ManagementEndpoints.Json);
        Assert.Equal((2, 2), (all!.Total, all.Matching));
        var one = await http.GetFromJsonAsync<BanListReport>("/api/bans?address=192.0.2.5&jail=manual&limit=1", ManagementEndpoints.Json);
        Assert.Equal("192.0.2.0/24", Assert.Single(one!.Bans).Network);

        Assert.Equal(HttpStatusCode.NotFound, (await http.DeleteAsync("/api/bans/192.0.2.7")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.DeleteAsync("/api/bans/192.0.2.0%2F24")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.DeleteAsync("/api/bans/2001:db8::/64")).StatusCode);
        Assert.Equal(0, bans.Count);
    }

    [Theory]
    [InlineData("nobody", null, HttpStatusCode.BadRequest, "network is 'nobody'; allowed: an IPv4 or IPv6 address, or a network such as 192.0.2.0/24.")]
    [InlineData("192.0.2.7", "soon", HttpStatusCode.BadRequest, "duration is 'soon'; allowed: seconds, 10m, 2h, 1d, 1w, 01:00:00 or forever.")]
    [InlineData("198.51.100.7", null, HttpStatusCode.Conflict, "198.51.100.7/32 is, or has in it, an address in Weir:Jail:Ignore.")]
    public async Task What_cannot_be_banned_is_answered_with_a_sentence(string network, string? duration, HttpStatusCode status, string why)
    {
        await using var app = await StartAsync();
        using var http = Client(app);
        var answer = await PostAsync(http, new BanRequest(network, duration, null));
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(why, (await answer.Content.ReadFromJsonAsync<BanProblem>(ManagementEndpoints.Json))!.Error);
    }

    [Theory]
    [InlineData("/api/bans?limit=0", "limit is '0'; allowed: 1 to 1000000.")]
    [InlineData("/api/bans?address=x", "address is 'x'; allowed: an IPv4 or IPv6 address.")]
    public async Task A_bad_filter_is_refused(string path, string why)
    {
        await using var app = await StartAsync();
        using var http = Client(app);
        var answer = await http.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(why, (await answer.Content.ReadFromJsonAsync<BanProblem>(ManagementEndpoints.Json))!.Error);
    }

    [Fact]
    public async Task Lists_come_as_lines_or_JSON_and_bad_entries_are_told_by_number()
    {
        await using var app = await StartAsync();
        using var http = Client(app);
        var lines = await ImportAsync(http, new StringContent("192.0.2.1\r\nx\n192.0.2.2 1d why\n", Encoding.UTF8, "text/plain"));
        Assert.Equal((2, 1, 2), (lines.Added, lines.Refused, lines.Faults.Single().Line));
        var json = await ImportAsync(http, JsonContent.Create(new[] { new BanRequest("192.0.2.3", null, null), new BanRequest("y", null, null) }, options: ManagementEndpoints.Json));
        Assert.Equal((1, 1, 2), (json.Added, json.Refused, json.Faults.Single().Line));
        // Larger than what the listener takes otherwise.
        var many = await ImportAsync(http, new StringContent(string.Join('\n', Enumerable.Range(0, 5000).Select(i => $"10.1.{i / 250}.{i % 250}")), Encoding.UTF8, "text/plain"));
        Assert.Equal((5000, 0), (many.Added, many.Refused));
    }

    [Fact]
    public async Task A_change_without_the_header_or_JSON_is_refused_by_the_guard()
    {
        await using var app = await StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<ManagementService>().Address!) };
        Assert.Equal(HttpStatusCode.Forbidden, (await http.DeleteAsync("/api/bans/192.0.2.7")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.PostAsync("/api/bans/import", new StringContent("192.0.2.7"))).StatusCode);
    }

    private static async Task<BanImportResult> ImportAsync(HttpClient http, HttpContent content)
    {
        using var answer = await http.PostAsync("/api/bans/import", content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<BanImportResult>(ManagementEndpoints.Json))!;
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, BanRequest ban) => http.PostAsJsonAsync("/api/bans", ban, ManagementEndpoints.Json);

    private static HttpClient Client(WebApplication app)
    {
        var http = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<ManagementService>().Address!) };
        http.DefaultRequestHeaders.Add(ManagementGuard.WriteHeader, "1");
        return http;
    }

    private static async Task<WebApplication> StartAsync()
    {
        var app = GatewayHost.Build(
        [
            "--contentRoot", AppContext.BaseDirectory, "--Kestrel:Endpoints:Http:Url=http://127.0.0.1:0", "--Weir:Management:Url=http://127.0.0.1:0",
            "--Weir:Jail:StateFile=", "--Weir:Jail:Ignore:0=198.51.100.0/24", "--Logging:LogLevel:Default=None",
        ]);
        await app.StartAsync();
        return app;
    }
}
