using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Weir.Farm.Feed;
using Weir.Farm.Tests.Readers;
using Weir.Support;

namespace Weir.Farm.Tests.Feed;

public sealed class FarmFeedTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Pages _pages = new();
    private readonly Lines _lines = new();
    private readonly FarmOptions _options = new();
    private readonly Monitor _monitor;
    private readonly FarmFeed _feed;
    private readonly Gateways _gateways = new();

    public FarmFeedTests()
    {
        _monitor = new Monitor(_options);
        _feed = new FarmFeed(_monitor, _pages, new SixOfOurs(), _clock, _lines, _gateways);
    }

    public ValueTask DisposeAsync() => _feed.DisposeAsync();

    [Fact]
    public async Task A_new_target_is_asked_at_once_and_its_limit_logged_once()
    {
        _feed.SetTargets(["http://a:80/"]);
        await UntilAsync(() => Of("http://a:80").Source == LimitSource.Scoreboard);
        for (var i = 0; i < 5; i++)
            await NextPollAsync();

        Assert.Equal(149, Of("http://A").Limit);
        Assert.Equal(ReadingState.Fresh, Of("http://a:80").State);
        Assert.Single(_lines.Of(2000));
    }

    [Fact]
    public async Task Silence_and_garbage_keep_the_limit_and_are_logged_once()
    {
        _feed.SetTargets(["http://a:80"]);
        await UntilAsync(() => Of("http://a:80").Source == LimitSource.Scoreboard);
        _pages.Answer = _ => new PollAnswer(default, "silent");
        for (var i = 0; i < 4; i++)
            await NextPollAsync();
        _pages.Answer = _ => new PollAnswer("garbage"u8.ToArray(), null);
        await NextPollAsync();

        await UntilAsync(() => Of("http://a:80").State == ReadingState.Stale);
        Assert.Equal(149, Of("http://a:80").Limit);
        Assert.Single(_lines.Of(2001));
        _pages.Answer = Pages.Good;
        await NextPollAsync();
        await UntilAsync(() => Of("http://a:80").State == ReadingState.Fresh);
        await UntilAsync(() => _lines.Of(2002).Count == 1);
        Assert.Single(_lines.Of(2000));
    }

    [Fact]
    public async Task Targets_come_and_go_at_run_time()
    {
        _feed.SetTargets(["http://a:80", "http://b:80", "not a url"]);
        Assert.Equal(2, _feed.Readings.Count);
        _feed.SetTargets(["http://b:80", "http://c:80"]);
        await UntilAsync(() => _pages.Asked.ContainsKey("http://c/server-status?auto"));

        Assert.False(_feed.TryGet("http://a:80", out _));
        Assert.True(_feed.TryGet("http://c:80", out _));
    }

    [Fact]
    public async Task Five_hundred_servers_are_never_asked_all_at_once()
    {
        _feed.SetTargets(Enumerable.Range(0, 500).Select(i => $"http://s{i}:80"));
        await UntilAsync(() => _pages.Asked.Count == 500);

        Assert.InRange(_pages.MostAtOnce, 1, _options.Poll.Concurrency);
    }

    [Fact]
    public async Task A_node_document_goes_before_the_scoreboard_and_a_broken_one_is_logged_once()
    {
        _options.NodeDocumentPath = "/node.json";
        _pages.Node = """{"mpm":"worker","maxRequestWorkers":80}""";
        _feed.SetTargets(["http://a:80"]);
        await UntilAsync(() => Of("http://a:80").Source == LimitSource.NodeDocument);
        Assert.Equal(79, Of("http://a:80").Limit);

        _pages.Node = "{";
        for (var i = 0; i < 3; i++)
            await NextPollAsync();
        Assert.Equal(79, Of("http://a:80").Limit);
        Assert.Single(_lines.Of(2005));
    }

    [Fact]
    public async Task The_gateways_that_are_alive_divide_the_servers_at_once_and_not_at_the_next_poll()
    {
        _feed.SetTargets(["http://a:80"]);
        await UntilAsync(() => Of("http://a:80") is { Source: LimitSource.Scoreboard, Limit: 149 });

        _gateways.Be(3);
        await UntilAsync(() => Of("http://a:80").Limit == 49);
        Assert.Contains("shared by 3 gateways", Of("http://a:80").Reason, StringComparison.Ordinal);
        Assert.True(3 * Of("http://a:80").Limit <= 149);
        _gateways.Be(1);
        await UntilAsync(() => Of("http://a:80").Limit == 149);
    }

    [Fact]
    public async Task The_configured_number_of_gateways_holds_when_fewer_are_seen()
    {
        _options.Gateways = 4;
        _feed.SetTargets(["http://a:80"]);
        await UntilAsync(() => Of("http://a:80") is { Source: LimitSource.Scoreboard, Limit: 37 });

        _gateways.Be(2);
        _monitor.Publish(new FarmOptions { Gateways = 1 });
        await UntilAsync(() => Of("http://a:80").Limit == 74);
    }

    [Fact]
    public async Task Without_a_path_nobody_is_asked()
    {
        _options.StatusPath = null;
        _feed.SetTargets(["http://a:80"]);
        await UntilAsync(() => _lines.Of(2000).Count == 1);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Empty(_pages.Asked);
        Assert.Equal((149, LimitSource.Default, ReadingState.Never), (Of("http://a:80").Limit, Of("http://a:80").Source, Of("http://a:80").State));
    }

    [Fact]
    public async Task An_answer_is_taken_by_the_loop_and_never_while_it_makes_a_reading()
    {
        _options.NodeDocumentPath = "/node.json";
        _pages.Node = "{";
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var release = new ManualResetEventSlim();
        using var sink = _feed.Subscribe(_ =>
        {
            if (_pages.Asked.IsEmpty)
                return;
            reading.TrySetResult();
            release.Wait(TimeSpan.FromSeconds(60));
        });
        _pages.Until = reading.Task;
        _feed.SetTargets(["http://a:80"]);
        await reading.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await UntilAsync(() => _pages.Count == 2);
        // Long enough for the question to go on with its answer, were it to do anything with it.
        await Task.Delay(100);

        Assert.Empty(_lines.Of(2005));
        release.Set();
        await UntilAsync(() => _lines.Of(2005).Count == 1);
    }

    [Fact]
    public async Task A_reload_shows_at_once_and_not_at_the_next_poll()
    {
        _options.ColdStart.Enabled = false;
        _feed.SetTargets(["http://a:80"]);
        await UntilAsync(() => Of("http://a:80").Source == LimitSource.Scoreboard);
        _monitor.Publish(new FarmOptions { ColdStart = { Enabled = false }, Servers = [new() { Address = "http://a:80", Limit = 7 }] });
        await UntilAsync(() => Of("http://a:80").Limit == 7);

        // The clock stands still all the time: only a new address is a reason to ask.
        Assert.Equal(1, _pages.Count);
        _monitor.Publish(new FarmOptions { ColdStart = { Enabled = false }, StatusPath = "/other?auto" });
        await UntilAsync(() => _pages.Asked.ContainsKey("http://a/other?auto") && Of("http://a:80").Limit == 149);
    }

    private FarmReading Of(string address) => _feed.TryGet(address, out var reading) ? reading : throw new InvalidOperationException($"No reading of {address}.");

    private async Task NextPollAsync()
    {
        var asked = _pages.Count;
        await UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            return _pages.Count > asked;
        });
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 30_000; i++)
        {
            if (condition())
                return;
            await Task.Delay(2);
        }

        Assert.Fail("It did not happen within 60 s.");
    }

    private sealed class Pages : IPollClient
    {
        private int _now;
        private int _most;
        private int _count;

        public ConcurrentDictionary<string, bool> Asked { get; } = new();

        public Func<Uri, PollAnswer> Answer { get; set; } = Good;

        public string Node { get; set; } = "{}";

        /// <summary>No answer before this.</summary>
        public Task Until { get; set; } = Task.CompletedTask;

        public int MostAtOnce => _most;

        public int Count => Volatile.Read(ref _count);

        public static PollAnswer Good(Uri address) => new(Page.Of("event"), null);

        public async Task<PollAnswer> GetAsync(Uri address, int maxBytes, TimeSpan timeout, CancellationToken stop)
        {
            var now = Interlocked.Increment(ref _now);
            _most = Math.Max(_most, now);
            Asked[address.ToString()] = true;
            await Task.Yield();
            await Until;
            Interlocked.Decrement(ref _now);
            var answer = address.AbsolutePath == "/node.json" ? new PollAnswer(Encoding.UTF8.GetBytes(Node), null) : Answer(address);
            Interlocked.Increment(ref _count);
            return answer;
        }
    }

    private sealed class Gateways : IGatewayCount
    {
        public event Action? Changed;

        public int Live { get; private set; } = 1;

        public void Be(int live)
        {
            Live = live;
            Changed?.Invoke();
        }
    }

    private sealed class SixOfOurs : IOwnLoad
    {
        public int InFlight(string address) => 6;
    }

    private sealed class Monitor(FarmOptions first) : IOptionsMonitor<FarmOptions>
    {
        private Action<FarmOptions, string?>? _listener;

        public FarmOptions CurrentValue { get; private set; } = first;

        public FarmOptions Get(string? name) => CurrentValue;

        public IDisposable? OnChange(Action<FarmOptions, string?> listener)
        {
            _listener = listener;
            return null;
        }

        public void Publish(FarmOptions next)
        {
            CurrentValue = next;
            _listener?.Invoke(next, null);
        }
    }

    private sealed class Lines : ILogger<FarmFeed>
    {
        private readonly ConcurrentQueue<(int Id, string Text)> _all = new();

        public List<string> Of(int id) => [.. _all.Where(l => l.Id == id).Select(l => l.Text)];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _all.Enqueue((eventId.Id, formatter(state, exception)));
    }
}
