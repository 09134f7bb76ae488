using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Weir.Forwarding.Admission;
using Weir.Gateway.Control.Compile;
using Weir.Gateway.Control.Publish;

namespace Weir.Gateway.Tests.Control;

public sealed class ReloadTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_renamed_file_moves_routes_and_options_together()
    {
        await using var one = await Upstream.StartAsync("one");
        await using var two = await Upstream.StartAsync("two");
        using var directory = new ConfigurationDirectory();
        var file = directory.Write(Good(one.Address, length: 11));
        await using var gateway = await StartAsync(file);
        using var client = new HttpClient();
        Assert.Equal("one", await client.GetStringAsync(gateway.Urls.Single()));

        directory.Write(Good(two.Address, length: 22));
        Assert.True(await LookAsync(gateway));

        await UntilAsync(async () => await client.GetStringAsync(gateway.Urls.Single()) == "two");
        Assert.Equal(22, gateway.Services.GetRequiredService<IOptionsMonitor<AdmissionOptions>>().CurrentValue.MaxLength);
    }

    [Fact]
    public async Task An_edit_of_the_file_with_mod_evasives_directives_is_a_reload_and_a_fault_in_it_is_none()
    {
        using var directory = new ConfigurationDirectory();
        var evasive = directory.Write("DOSPageCount 7\n", "evasive.conf");
        string Settings(string file) => $$"""{"Weir": {"Management": {"Url": "http://127.0.0.1:0"}, "Throttle": {"Enabled": true, "ModEvasiveFile": "{{file}}" } } }""";
        var configuration = directory.Write(Settings(evasive));
        await using var gateway = await StartAsync(configuration, watches: false);
        var watcher = gateway.Services.GetRequiredService<ConfigurationWatcher>();
        Assert.Equal(7, PageCount(gateway));
        Assert.False(await watcher.LookAsync(default));

        directory.Write("DOSPageCount 8\n", "evasive.conf");
        Assert.True(await watcher.LookAsync(default));
        Assert.Equal(8, PageCount(gateway));
        Assert.False(await watcher.LookAsync(default));

        directory.Write("DOSPageCount eight\n", "evasive.conf");
        Assert.True(await watcher.LookAsync(default));
        Assert.False(gateway.Services.GetRequiredService<IConfigurationStatus>().LastReloadSuccessful);
        Assert.Equal(8, PageCount(gateway));
        directory.Write("DOSPageCount 9\n", "evasive.conf");
        Assert.True(await watcher.LookAsync(default));
        Assert.Equal(9, PageCount(gateway));

        // Another file, in one reload.
        directory.Write(Settings(directory.Write("DOSPageCount 10\n", "other.conf")));
        Assert.True(await watcher.LookAsync(default));
        Assert.Equal(10, PageCount(gateway));
        Assert.False(await watcher.LookAsync(default));

        static long PageCount(WebApplication gateway) => gateway.Services.GetRequiredService<Weir.Policies.Throttle.Explain.ThrottleExplainer>()
            .Explain(new(System.Net.IPAddress.Loopback, 1, "GET", "a", "/")).Counters.Single(c => c.Rule == "page").Limit;
    }

    [Fact]
    public async Task An_edit_of_AspNetCoreRateLimits_section_alone_is_in_force_as_well()
    {
        using var directory = new ConfigurationDirectory();
        static string Limits(int limit) => $$"""{"IpRateLimiting": {"GeneralRules": [{"Endpoint": "*", "Period": "1h", "Limit": {{limit}} }] } }""";
        var ours = directory.Write("""{"Weir": {"Management": {"Url": "http://127.0.0.1:0"}, "Throttle": {"Enabled": true, "ImportIpRateLimiting": true}}}""");
        var theirs = directory.Write(Limits(5), "limits.json");
        await using var gateway = GatewayHost.Build(["--config", ours, "--config", theirs, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]);
        await gateway.Services.GetRequiredService<ConfigurationWatcher>().StopAsync(default);
        var explainer = gateway.Services.GetRequiredService<Weir.Policies.Throttle.Explain.ThrottleExplainer>();
        Assert.Equal(5, Quota());
        directory.Write(Limits(6), "limits.json");
        Assert.True(await LookAsync(gateway));
        Assert.Equal(6, Quota());

        long Quota() => explainer.Explain(new(System.Net.IPAddress.Loopback, 1, "GET", "a", "/")).Counters.Single(c => c.Interval == TimeSpan.FromHours(1)).Limit;
    }

    [Fact]
    public async Task A_ConfigMaps_symlink_swap_is_noticed()
    {
        await using var one = await Upstream.StartAsync("one");
        using var directory = new ConfigurationDirectory();
        Directory.CreateDirectory(directory.File("..1"));
        Directory.CreateDirectory(directory.File("..2"));
        await File.WriteAllTextAsync(directory.File("..1/weir.json"), Good(one.Address, length: 1));
        await File.WriteAllTextAsync(directory.File("..2/weir.json"), Good(one.Address, length: 2));
        File.CreateSymbolicLink(directory.File("..data"), "..1");
        File.CreateSymbolicLink(directory.File("weir.json"), "..data/weir.json");
        await using var gateway = await StartAsync(directory.File("weir.json"));

        File.CreateSymbolicLink(directory.File("..data_tmp"), "..2");
        // As the kubelet: one rename of the link itself, which File.Move would follow.
        using var rename = Process.Start("mv", ["-T", directory.File("..data_tmp"), directory.File("..data")]);
        await rename.WaitForExitAsync();

        var options = gateway.Services.GetRequiredService<IOptionsMonitor<AdmissionOptions>>();
        // Nobody calls the watcher here: it looks by itself.
        await UntilAsync(() => Task.FromResult(options.CurrentValue.MaxLength == 2));
    }

    [Fact]
    public async Task Twenty_faults_are_all_named_and_the_running_gateway_keeps_serving()
    {
        await using var one = await Upstream.StartAsync("one");
        using var directory = new ConfigurationDirectory();
        var file = directory.Write(Good(one.Address, length: 11));
        await using var gateway = await StartAsync(file);
        var status = gateway.Services.GetRequiredService<IConfigurationStatus>();
        var hash = status.ActiveHash;

        directory.Write(Faults.Twenty);
        Assert.True(await LookAsync(gateway));

        // --urls, which keeps the tests off fixed ports, takes the place of the listeners and so of their three faults.
        var named = Faults.Named.Where(f => !f.StartsWith("Kestrel", StringComparison.Ordinal)).ToArray();
        Assert.True(named.Length >= 20);
        Assert.Equal(named, status.LastErrors.Select(e => e.Message));
        Assert.False(status.LastReloadSuccessful);
        Assert.NotNull(status.RejectedAt);
        Assert.Equal(hash, status.ActiveHash);
        Assert.Equal(11, gateway.Services.GetRequiredService<IOptionsMonitor<AdmissionOptions>>().CurrentValue.MaxLength);
        using var client = new HttpClient();
        Assert.Equal("one", await client.GetStringAsync(gateway.Urls.Single()));
        Assert.False(await LookAsync(gateway));

        directory.Write(Good(one.Address, length: 33));
        Assert.True(await LookAsync(gateway));
        Assert.True(status.LastReloadSuccessful);
        Assert.Empty(status.LastErrors);
    }

    [Fact]
    public async Task A_half_written_file_gets_a_second_look_and_a_vanished_one_is_rejected()
    {
        await using var one = await Upstream.StartAsync("one");
        using var directory = new ConfigurationDirectory();
        var file = directory.Write(Good(one.Address, length: 11));
        await using var gateway = await StartAsync(file, watches: false);
        var watcher = gateway.Services.GetRequiredService<ConfigurationWatcher>();
        var status = gateway.Services.GetRequiredService<IConfigurationStatus>();

        await File.WriteAllTextAsync(file, "{ \"Weir\": {");
        Assert.False(await watcher.LookAsync(default));
        Assert.Empty(status.LastErrors);
        Assert.True(await watcher.LookAsync(default));
        Assert.Single(status.LastErrors);

        File.Delete(file);
        Assert.False(await watcher.LookAsync(default));
        Assert.True(await watcher.LookAsync(default));
        Assert.Contains("the file is not there", status.LastErrors.Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejected_file_is_tried_again_and_used_once_the_file_that_it_names_is_there()
    {
        await using var one = await Upstream.StartAsync("one");
        using var directory = new ConfigurationDirectory();
        var file = directory.Write(Good(one.Address, length: 11));
        await using var gateway = await StartAsync(file, watches: false);
        var watcher = gateway.Services.GetRequiredService<ConfigurationWatcher>();
        var status = gateway.Services.GetRequiredService<IConfigurationStatus>();
        var options = gateway.Services.GetRequiredService<IOptionsMonitor<AdmissionOptions>>();

        directory.Write(Good(one.Address, length: 22).Replace("\"Weir\": {", $"\"Weir\": {{\"Management\": {{\"TokenFile\": \"{directory.File("token")}\"}}, ", StringComparison.Ordinal));
        Assert.True(await watcher.LookAsync(default));
        Assert.StartsWith("Weir:Management:TokenFile", Assert.Single(status.LastErrors).Message, StringComparison.Ordinal);
        var rejectedAt = status.RejectedAt;

        for (var i = 1; i < ConfigurationWatcher.LooksPerRetry; i++)
            Assert.False(await watcher.LookAsync(default));
        Assert.True(await watcher.LookAsync(default));
        // Tried again with the same result: nothing new to tell.
        Assert.Equal(rejectedAt, status.RejectedAt);
        Assert.Equal(11, options.CurrentValue.MaxLength);

        directory.Write("0123456789abcdef\n", "token");
        for (var i = 1; i < ConfigurationWatcher.LooksPerRetry; i++)
            Assert.False(await watcher.LookAsync(default));
        Assert.True(await watcher.LookAsync(default));
        Assert.True(status.LastReloadSuccessful);
        Assert.Equal(22, options.CurrentValue.MaxLength);
        for (var i = 0; i <= ConfigurationWatcher.LooksPerRetry; i++)
            Assert.False(await watcher.LookAsync(default));
    }

    [Fact]
    public async Task A_reload_that_was_broken_off_is_tried_again()
    {
        await using var one = await Upstream.StartAsync("one");
        using var directory = new ConfigurationDirectory();
        var file = directory.Write(Good(one.Address, length: 11));
        await using var gateway = await StartAsync(file, watches: false);
        var watcher = gateway.Services.GetRequiredService<ConfigurationWatcher>();
        directory.Write(Good(one.Address, length: 22));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watcher.LookAsync(new CancellationToken(canceled: true)));

        for (var i = 1; i < ConfigurationWatcher.LooksPerRetry; i++)
            Assert.False(await watcher.LookAsync(default));
        Assert.True(await watcher.LookAsync(default));
        Assert.Equal(22, gateway.Services.GetRequiredService<IOptionsMonitor<AdmissionOptions>>().CurrentValue.MaxLength);
    }

    [Fact]
    public async Task Fifty_reloads_under_load_fail_no_request()
    {
        await using var one = await Upstream.StartAsync("one");
        await using var two = await Upstream.StartAsync("two");
        using var directory = new ConfigurationDirectory();
        var file = directory.Write(Good(one.Address, length: 1));
        await using var gateway = await StartAsync(file);
        using var client = new HttpClient();
        using var stop = new CancellationTokenSource();
        var address = gateway.Urls.Single();
        var served = 0;
        var load = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (; !stop.IsCancellationRequested; Interlocked.Increment(ref served))
                Assert.Contains(await client.GetStringAsync(address), new[] { "one", "two" });
        })).ToArray();

        for (var i = 2; i <= 51; i++)
        {
            directory.Write(Good(i % 2 == 0 ? two.Address : one.Address, length: i));
            await LookAsync(gateway);
            var before = Volatile.Read(ref served);
            await UntilAsync(() => Task.FromResult(Volatile.Read(ref served) >= before + 8 || load.Any(t => t.IsFaulted)));
        }

        await stop.CancelAsync();
        await Task.WhenAll(load);
        Assert.Equal(51, gateway.Services.GetRequiredService<IOptionsMonitor<AdmissionOptions>>().CurrentValue.MaxLength);
    }

    [Fact]
    public async Task Five_hundred_servers_in_a_hundred_clusters_reload()
    {
        var took = await ReloadTiming.MeasureAsync(clusters: 100, serversEach: 5);
        TestContext.Current.TestOutputHelper!.WriteLine($"reload of 500 servers in 100 clusters: {took.TotalMilliseconds:F0} ms");
        Assert.True(took < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_bad_configuration_does_not_start()
    {
        using var directory = new ConfigurationDirectory();
        var file = directory.Write(Faults.Twenty);
        var rejected = Assert.Throws<ConfigurationRejectedException>(() => GatewayHost.Build(["--config", file]));
        Assert.Equal(Faults.Named, rejected.Errors.Select(e => e.Message));
    }

    private static async Task<WebApplication> StartAsync(string file, bool watches = true)
    {
        var gateway = GatewayHost.Build(["--config", file, "--urls", "http://127.0.0.1:0", "--Weir:Management:Url=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]);
        await gateway.StartAsync();
        if (!watches)
            await gateway.Services.GetRequiredService<ConfigurationWatcher>().StopAsync(default);
        return gateway;
    }

    /// <summary>Looks at once; true as well when the background look was faster.</summary>
    private static async Task<bool> LookAsync(WebApplication gateway)
    {
        var status = gateway.Services.GetRequiredService<IConfigurationStatus>();
        var before = (status.ActiveHash, status.RejectedAt);
        await gateway.Services.GetRequiredService<ConfigurationWatcher>().LookAsync(default);
        return before != (status.ActiveHash, status.RejectedAt);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await holds())
            await Task.Delay(20, patience.Token);
    }

    private static string Good(string address, int length) =>
        $$"""
        {"Weir": {"Admission": {"MaxLength": {{length}} } },
         "ReverseProxy": {"Routes": {"r": {"ClusterId": "c", "Match": {"Path": "/{**rest}"} } },
                          "Clusters": {"c": {"Destinations": {"d": {"Address": "{{address}}"} } } } } }
        """;
}
