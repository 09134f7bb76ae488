using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Weir.Farm.Feed;
using Weir.Farm.Model;
using Weir.Forwarding.Slots;
using Weir.Gateway;
using Weir.Support.Apache;

namespace Weir.Functional;

public sealed class FeedTests
{
    private const string Block25 = "StartServers 2\nMinSpareThreads 25\nMaxSpareThreads 75\nThreadsPerChild 25\n";

    [Theory]
    [InlineData("prefork", "StartServers 5\nMaxRequestWorkers 20", Mpm.Prefork, 19)]
    [InlineData("worker", Block25 + "MaxRequestWorkers 150", Mpm.Worker, 149)]
    [InlineData("event", Block25 + "MaxRequestWorkers 160", Mpm.Event, 149)]
    [InlineData("event", Block25 + "ServerLimit 3\nMaxRequestWorkers 400", Mpm.Event, 74)]
    public async Task The_limit_is_what_Apache_made_of_its_configuration_less_one(string mpm, string block, Mpm expectedMpm, int expected)
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Mpm = mpm, MpmBlock = block });
        await using var feed = Feed.Start(apache.Url);

        await feed.UntilAsync(r => r.State == ReadingState.Fresh);

        Assert.Equal((expectedMpm, expected, LimitSource.Scoreboard), (feed.Reading.Mpm, feed.Reading.Limit, feed.Reading.Source));
    }

    [Theory]
    [InlineData("prefork", "StartServers 10\nMinSpareServers 5\nMaxRequestWorkers 10")]
    [InlineData("event", "StartServers 1\nMinSpareThreads 5\nMaxSpareThreads 10\nThreadsPerChild 10\nMaxRequestWorkers 10")]
    public async Task A_saturated_server_keeps_its_limit(string mpm, string block)
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Mpm = mpm, MpmBlock = block });
        await using var feed = Feed.Start(apache.Url);
        await feed.UntilAsync(r => r.State == ReadingState.Fresh);

        // Ours alone fill every worker, so the questions wait behind them.
        feed.Own = 12;
        using var http = Direct();
        var load = Slow(http, apache, 12, 2500);
        await feed.UntilAsync(r => r.LastError is not null);

        Assert.Equal(9, feed.Reading.Limit);
        await load;
        feed.Own = 0;
        await feed.UntilAsync(r => r is { State: ReadingState.Fresh, LastError: null });
        Assert.Equal(9, feed.Reading.Limit);
    }

    [Theory]
    [InlineData("prefork", "StartServers 40\nMinSpareServers 5\nMaxSpareServers 50\nMaxRequestWorkers 40")]
    [InlineData("worker", "StartServers 2\nMinSpareThreads 20\nMaxSpareThreads 40\nThreadsPerChild 20\nMaxRequestWorkers 40")]
    [InlineData("event", "StartServers 2\nMinSpareThreads 20\nMaxSpareThreads 40\nThreadsPerChild 20\nMaxRequestWorkers 40")]
    public async Task Requests_that_are_not_ours_lower_the_share_and_it_comes_back(string mpm, string block)
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Mpm = mpm, MpmBlock = block });
        await using var feed = Feed.Start(apache.Url);
        await feed.UntilAsync(r => r.State == ReadingState.Fresh);

        using var http = Direct();
        var load = Slow(http, apache, 15, 2500);
        await feed.UntilAsync(r => r.Limit is >= 23 and <= 27);
        await load;
        await feed.UntilAsync(r => r.Limit == 39);
    }

    [Fact]
    public async Task A_server_that_is_stopped_in_its_tracks_keeps_its_limit()
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = Block25 + "MaxRequestWorkers 150" });
        await using var feed = Feed.Start(apache.Url);
        await feed.UntilAsync(r => r.State == ReadingState.Fresh);
        var pids = apache.AllPids();
        await KillAsync("STOP", pids);
        try
        {
            await feed.UntilAsync(r => r.State == ReadingState.Stale);
            Assert.Equal((149, LimitSource.Scoreboard), (feed.Reading.Limit, feed.Reading.Source));
        }
        finally
        {
            await KillAsync("CONT", pids);
        }

        await feed.UntilAsync(r => r.State == ReadingState.Fresh);
    }

    [Theory]
    [InlineData("worker")]
    [InlineData("event")]
    public async Task A_graceful_restart_under_load_is_not_misread(string mpm)
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Mpm = mpm, MpmBlock = Block25 + "ServerLimit 12\nMaxRequestWorkers 150" });
        await using var feed = Feed.Start(apache.Url);
        await feed.UntilAsync(r => r.State == ReadingState.Fresh);
        using var http = Direct();
        feed.Own = 40;
        var load = Slow(http, apache, 40, 1500);
        await Task.Delay(300);
        feed.Forget();
        await apache.SignalAsync("USR1");
        await load;
        await Task.Delay(500);

        Assert.All(feed.Seen, r => Assert.Equal(149, r.Limit));
    }

    [Fact]
    public async Task The_gateway_sets_each_servers_slots_from_its_Apache()
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = Block25.Replace("StartServers 2", "StartServers 3", StringComparison.Ordinal) + "MinSpareThreads 75\nMaxSpareThreads 100\nMaxRequestWorkers 75" });
        await using var gateway = GatewayHost.Build(
        [
            "--urls=http://127.0.0.1:0", "--Weir:Management:Url=http://127.0.0.1:0",
            "--ReverseProxy:Routes:all:ClusterId=farm", "--ReverseProxy:Routes:all:Match:Path={**all}",
            $"--ReverseProxy:Clusters:farm:Destinations:one:Address={apache.Url}/",
        ]);
        await gateway.StartAsync();
        var servers = gateway.Services.GetRequiredService<ServerDirectory>();

        for (var i = 0; i < 4000 && servers.GetOrAdd(apache.Url).FarmLimit != 74; i++)
            await Task.Delay(20);

        Assert.Equal(74, servers.GetOrAdd(apache.Url).FarmLimit);
        Assert.Equal(74, servers.GetOrAdd(apache.Url).Connections.Limit);
        await gateway.StopAsync();
    }

    private static HttpClient Direct() => new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(20) };

    private static Task<string[]> Slow(HttpClient http, ApacheServer apache, int count, int ms) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => http.GetStringAsync($"{apache.Url}/slow?ms={ms}")));

    private static async Task KillAsync(string signal, IEnumerable<int> pids)
    {
        using var kill = Process.Start("kill", [$"-{signal}", .. pids.Select(p => p.ToString(CultureInfo.InvariantCulture))]);
        await kill.WaitForExitAsync();
    }

    /// <summary>A feed over one real server, quick enough for a test.</summary>
    private sealed class Feed : IOwnLoad, IAsyncDisposable
    {
        private readonly string _url;
        private readonly ServiceProvider _services;
        private readonly List<FarmReading> _seen = [];

        private Feed(string url)
        {
            _url = url;
            var services = new ServiceCollection();
            services.AddLogging();
            services.AddSingleton<IOwnLoad>(this);
            services.Configure<FarmOptions>(o =>
            {
                o.Poll.Interval = TimeSpan.FromMilliseconds(150);
                o.Poll.Timeout = TimeSpan.FromMilliseconds(300);
            });
            services.AddFarmReadings();
            _services = services.BuildServiceProvider();
        }

        public int Own { get; set; }

        public FarmReading Reading => Readings.TryGet(_url, out var reading) ? reading : throw new InvalidOperationException("No reading.");

        public IReadOnlyList<FarmReading> Seen
        {
            get
            {
                lock (_seen)
                    return [.. _seen];
            }
        }

        private IFarmFeed Readings => _services.GetRequiredService<IFarmFeed>();

        public static Feed Start(string url)
        {
            var feed = new Feed(url);
            feed.Readings.Subscribe(r =>
            {
                lock (feed._seen)
                    feed._seen.Add(r);
            });
            feed.Readings.SetTargets([url]);
            return feed;
        }

        public int InFlight(string address) => Own;

        public void Forget()
        {
            lock (_seen)
                _seen.Clear();
        }

        public async Task UntilAsync(Func<FarmReading, bool> condition)
        {
            for (var i = 0; i < 6000; i++)
            {
                if (condition(Reading))
                    return;
                await Task.Delay(10);
            }

            Assert.Fail($"It did not happen within 60 s: {Reading}");
        }

        public ValueTask DisposeAsync() => _services.DisposeAsync();
    }
}
