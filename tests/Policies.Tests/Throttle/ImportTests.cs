using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Configuration;
using Weir.Policies.Throttle;
using Weir.Policies.Throttle.Imports;
using Weir.Policies.Throttle.Judging;

namespace Weir.Policies.Tests.Throttle;

public sealed class ImportTests
{
    [Fact]
    public void Directives_are_read_in_any_section_and_any_case_with_quotes_and_comments()
    {
        var read = ModEvasiveFile.Parse("evasive.conf", """
            # DOSPageCount 99
            LoadModule evasive20_module modules/mod_evasive20.so
            <IfModule mod_evasive20.c>
                dospagecount        5
                DOSSiteCount        "100"
                DOSPageInterval 2
                DOSSiteInterval \
                  3
                DOSBlockingPeriod   '60'
                DOSHTTPResponseCode 429
                DOSWhitelist 127.0.0.1
                DOSWhitelist 10.0.*.* 192.168.*.*
                DOSHashTableSize    3097
                DOSEmailNotify      you@yourdomain.com
                DOSSystemCommand    "su - someuser -c '/sbin/... %s ...'"
                DOSLogDir           "/var/log/mod_evasive"
            </IfModule>
            """);
        Assert.Empty(read.Errors);
        Assert.Equal((5, 100, 429), (read.PageCount, read.SiteCount, read.Status));
        Assert.Equal((2.0, 3.0, 60.0), (read.PageInterval!.Value.TotalSeconds, read.SiteInterval!.Value.TotalSeconds, read.BlockingPeriod!.Value.TotalSeconds));
        Assert.Equal(["127.0.0.1", "10.0.*.*", "192.168.*.*"], read.Allow);
        Assert.Equal(4, read.Notes.Count);
        Assert.StartsWith("evasive.conf:13: DOSHashTableSize is not used", read.Notes[0], StringComparison.Ordinal);
        var options = read.Over(new ThrottleOptions { Allow = ["::1"], Mode = ThrottleMode.Gap });
        Assert.Equal(["::1", "127.0.0.1", "10.0.*.*", "192.168.*.*"], options.Allow);
        Assert.Equal((ThrottleMode.Gap, 5, 429), (options.Mode, options.PageCount, options.Status));
    }

    [Fact]
    public void Zero_and_less_mean_the_default_of_mod_evasive()
    {
        var read = ModEvasiveFile.Parse("f", "DOSPageCount 0\nDOSSiteCount -1\nDOSPageInterval 0\nDOSSiteInterval -5\nDOSBlockingPeriod 0");
        Assert.Equal((2, 50, 1.0, 1.0, 10.0), (
            read.PageCount, read.SiteCount, read.PageInterval!.Value.TotalSeconds, read.SiteInterval!.Value.TotalSeconds, read.BlockingPeriod!.Value.TotalSeconds));
    }

    [Fact]
    public void Each_fault_of_a_file_is_told_with_line_range_and_value()
    {
        var read = ModEvasiveFile.Parse("/etc/e.conf", """
            DOSPageCount many
            DOSSiteCount 1000001

            DOSBlockingPeriod 1 2
            DOSWhitelist 10.*.0.*
            DOSWhitelist
            DOSHTTPResponseCode 404
            DOSPagesCount 3
            DOSPageInterval 86401
            """);
        Assert.Equal(
            [
                "/etc/e.conf:1: DOSPageCount is 'many'; allowed: a whole number up to 1000000, where 0 and less mean 2.",
                "/etc/e.conf:2: DOSSiteCount is '1000001'; allowed: a whole number up to 1000000, where 0 and less mean 50.",
                "/etc/e.conf:4: DOSBlockingPeriod has 2 values; allowed: 1.",
                "/etc/e.conf:5: DOSWhitelist has '10.*.0.*'; allowed: an address, a network as 10.0.0.0/8, or an IPv4 address whose last parts are *, as 10.0.*.*.",
                "/etc/e.conf:6: DOSWhitelist has 0 values; allowed: 1 and more.",
                "/etc/e.conf:7: DOSHTTPResponseCode is '404'; allowed: 403, 429, 503.",
                "/etc/e.conf:8: DOSPagesCount is unknown; allowed: DOSPageCount, DOSPageInterval, DOSSiteCount, DOSSiteInterval, DOSBlockingPeriod, DOSWhitelist, DOSHTTPResponseCode, DOSHashTableSize, DOSEmailNotify, DOSSystemCommand, DOSLogDir.",
                "/etc/e.conf:9: DOSPageInterval is '86401'; allowed: a whole number up to 86400, where 0 and less mean 1.",
            ],
            read.Errors);
        Assert.Contains("cannot be read", Assert.Single(ModEvasiveFile.Read("/nowhere/evasive.conf").Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_is_read_without_an_exception() => Prop.ForAll<string>(text =>
    {
        ModEvasiveFile.Parse("f", text ?? "");
        ModEvasiveFile.Parse("f", "DOSWhitelist " + text + "\\\n\"DOSPageCount '" + text);
        return RatePeriod.Parse(text) is null or { Ticks: > 0 };
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void The_sections_of_AspNetCoreRateLimit_are_read_as_they_stand()
    {
        var reader = Read("""
            { "IpRateLimiting": {
                "EnableEndpointRateLimiting": false, "StackBlockedRequests": false, "RealIpHeader": "X-Real-IP", "ClientIdHeader": "X-ClientId",
                "HttpStatusCode": 429, "IpWhitelist": [ "127.0.0.1", "::1/10", "192.168.0.0/24", "10.0.0.1-10.0.0.9" ],
                "EndpointWhitelist": [ "get:/api/license", "*:/api/status" ], "Strange": 1,
                "GeneralRules": [
                  { "Endpoint": "*", "Period": "1s", "Limit": 2 }, { "Endpoint": "*", "Period": "15m", "Limit": 100 },
                  { "Endpoint": "*", "Period": "12h", "Limit": 1000 }, { "Endpoint": "*", "Period": "7d", "Limit": 10000 } ],
                "QuotaExceededResponse": { "Content": "{{ \"limit\": {0}, \"per\": \"{1}\", \"wait\": {2} }}", "ContentType": "application/json", "StatusCode": 503 } },
              "IpRateLimitPolicies": { "IpRules": [ { "Ip": "84.247.85.224", "Rules": [ { "Endpoint": "*", "Period": "1s", "Limit": 10 } ] } ] } }
            """);
        Assert.Empty(reader.Errors);
        Assert.Equal(["IpRateLimiting:ClientIdHeader", "IpRateLimiting:RealIpHeader", "IpRateLimiting:Strange"], reader.Notes.Select(n => n.Split(' ')[0]).Order());
        Assert.Equal(503, reader.Limits!.Status);

        var judged = new Judged(new() { PageCount = 0, SiteCount = 0 }, reader.Limits);
        Assert.Equal((3, ThrottleReason.Quota), judged.FirstRefusal(10, _ => "/x"));
        Assert.Equal((11, ThrottleReason.Quota), FirstRefusal(judged, "84.247.85.224", "/x"));
        foreach (var free in new[] { "127.0.0.1", "192.168.0.77", "10.0.0.9" })
            Assert.Equal((0, null), FirstRefusal(judged, free, "/x"));
        Assert.Equal((0, null), FirstRefusal(judged, "192.0.2.50", "/api/license"));
        Assert.Equal((3, ThrottleReason.Quota), FirstRefusal(judged, "192.0.2.51", "/api/licenses"));
    }

    [Fact]
    public void A_week_of_quota_counts_windows_and_refused_requests_stay_out_of_the_longer_ones_unless_stacked()
    {
        foreach (var (stacks, passes) in new[] { (false, 5), (true, 2) })
        {
            var limits = new IpRateLimits
            {
                StacksRefused = stacks,
                General = [new("*", TimeSpan.FromDays(7), 5), new("*", TimeSpan.FromSeconds(1), 1)],
            };
            var judged = new Judged(new() { PageCount = 0, SiteCount = 0 }, limits);
            var passed = 0;
            for (var i = 0; i < 20; i++)
            {
                passed += judged.Ask().Reason is null ? 1 : 0;
                Assert.NotNull(judged.Ask().Reason);
                judged.Wait(2);
            }

            Assert.Equal(passes + (stacks ? 1 : 0), passed);
            judged.Wait(7 * 86_400);
            Assert.Null(judged.Ask().Reason);
        }
    }

    [Fact]
    public void Endpoints_count_apart_by_method_and_path_when_it_is_enabled()
    {
        IReadOnlyList<RateLimitRule> rules = [new("*:/api/*", TimeSpan.FromSeconds(1), 2), new("get:/one", TimeSpan.FromSeconds(1), 1)];
        var judged = new Judged(new() { PageCount = 0, SiteCount = 0 }, new() { IsByEndpoint = true, General = rules });
        Assert.Equal((3, ThrottleReason.Quota), judged.FirstRefusal(10, _ => "/api/a"));
        Assert.Equal((3, ThrottleReason.Quota), judged.FirstRefusal(10, _ => "/api/b"));
        Assert.Null(judged.Ask("/api/a", method: "PUT").Reason);
        Assert.Equal((2, ThrottleReason.Quota), judged.FirstRefusal(10, _ => "/one"));
        Assert.Equal((0, null), judged.FirstRefusal(10, _ => "/free"));
        var global = new Judged(new() { PageCount = 0, SiteCount = 0 }, new() { General = rules });
        Assert.Equal((0, null), global.FirstRefusal(10, _ => "/api/a"));
    }

    [Fact]
    public void Each_fault_of_the_sections_is_told_with_its_key()
    {
        var reader = Read("""
            { "IpRateLimiting": { "StackBlockedRequests": "maybe", "HttpStatusCode": 200, "IpWhitelist": [ "ten" ], "EndpointWhitelist": [ "/api" ],
                "GeneralRules": [ { "Endpoint": "api", "Period": "1w", "Limit": -1 }, { "Endpoint": "*", "Period": "32d" } ] },
              "IpRateLimitPolicies": { "IpRules": [ { "Ip": "", "Rules": [] } ] } }
            """);
        const string Client = "an address, a network as 10.0.0.0/8, or an IPv4 address whose last parts are *, as 10.0.*.*, or a range as 10.0.0.1-10.0.0.9";
        const string Endpoint = "*, or a method or *, a colon and a path or pattern, as get:/api/*";
        Assert.Equal(
            [
                "IpRateLimitPolicies:IpRules:0:Ip is ''; allowed: " + Client + ".",
                "IpRateLimiting:EndpointWhitelist:0 is '/api'; allowed: " + Endpoint + ".",
                "IpRateLimiting:GeneralRules:0:Endpoint is 'api'; allowed: " + Endpoint + ".",
                "IpRateLimiting:GeneralRules:0:Limit is '-1'; allowed: 0 to 2147483647.",
                "IpRateLimiting:GeneralRules:0:Period is '1w'; allowed: a whole number and s, m, h or d, at most 31d.",
                "IpRateLimiting:GeneralRules:1:Limit is missing; allowed: 0 to 2147483647.",
                "IpRateLimiting:GeneralRules:1:Period is '32d'; allowed: a whole number and s, m, h or d, at most 31d.",
                "IpRateLimiting:HttpStatusCode is '200'; allowed: 400 to 599.",
                "IpRateLimiting:IpWhitelist:0 is 'ten'; allowed: " + Client + ".",
                "IpRateLimiting:StackBlockedRequests is 'maybe'; allowed: true, false.",
            ],
            reader.Errors.Order(StringComparer.Ordinal));
        Assert.Null(Read("{}").Limits);
    }

    private static (int Number, string? Reason) FirstRefusal(Judged judged, string client, string path)
    {
        for (var n = 1; n <= 20; n++)
        {
            if (judged.Ask(path, IPAddress.Parse(client).ToString()).Reason is { } reason)
                return (n, reason);
        }

        return (0, null);
    }

    private static IpRateLimitReader Read(string json) => IpRateLimitReader.Read(
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json))).Build());
}
