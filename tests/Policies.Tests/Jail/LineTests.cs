using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Weir.Fail2ban;
using Weir.Fail2ban.Filters;
using Weir.Fail2ban.Jails;
using Weir.Policies.Contracts;
using Weir.Policies.Jail;
using Weir.Policies.Jail.Lines;
using Weir.Policies.Jail.Live;
using Weir.Policies.Jail.Replay;

namespace Weir.Policies.Tests.Jail;

public sealed class LineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-jail-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_request_is_written_as_Apache_writes_it()
    {
        var time = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
        var request = new AnsweredRequest(IPAddress.Parse("::ffff:192.0.2.7"), true, time, "GET", "/a?b=\"c\\", "HTTP/1.1", 404, 196, "http://x/", "curl\t\n\u0001\u00e9\u20ac");
        var zone = TimeZoneInfo.CreateCustomTimeZone("test", -TimeSpan.FromMinutes(210), "test", "test");
        Assert.Equal(
            "192.0.2.7 - - [04/Mar/2026:01:36:07 -0330] \"GET /a?b=\\\"c\\\\ HTTP/1.1\" 404 196 \"http://x/\" \"curl\\t\\n\\x01\\xe9\\xe2\\x82\\xac\"",
            AccessLine.Of(request, zone));
        Assert.EndsWith("\" 204 - \"-\" \"-\"", AccessLine.Of(request with { Status = 204, Bytes = 0, Referer = null, UserAgent = "" }, zone), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('a')]
    [InlineData('"')]
    [InlineData('\u00e9')]
    [InlineData('\u20ac')]
    public void No_client_pads_one_field_to_push_the_next_out_of_a_filters_sight(char padding)
    {
        var much = new string(padding, 30_000);
        var time = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
        var request = new AnsweredRequest(IPAddress.Parse("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"), true, time, "BREW" + much, "/" + much, "HTTP/1.1" + much, 404, long.MaxValue, much, much);
        var line = AccessLine.Of(request, TimeZoneInfo.Utc);
        Assert.InRange(line.Length, AccessLine.MaxTarget, AccessLine.MaxLength);
        // The limit of LineFilter.
        Assert.True(AccessLine.MaxLength < 16_384);
        line = AccessLine.Of(request with { UserAgent = "EvilBot/1.0" }, TimeZoneInfo.Utc);
        Assert.EndsWith("\" 404 9223372036854775807 \"" + line.Split("\" 404 9223372036854775807 \"")[1], line, StringComparison.Ordinal);
        Assert.EndsWith("\" \"EvilBot/1.0\"", line, StringComparison.Ordinal);
        // No escape is cut in half, and the quotes still part the fields.
        Assert.Matches("^[^\"]+\"([^\"\\\\]|\\\\.)*\" 404 [0-9]+ \"([^\"\\\\]|\\\\.)*\" \"EvilBot/1.0\"$", line);
    }

    [Fact]
    public void A_live_jail_bans_the_client_and_never_an_address_that_the_client_wrote()
    {
        using var cell = new Cell(o => o.Fail2ban = new Fail2banSettings { Folder = _folder, Live = ["all"] }, new Engine());
        cell.Get<FileJudge>().Turn();
        Assert.True(cell.Get<LiveQueue>().IsWanted);
        var judge = cell.Get<LiveJudge>();
        judge.Judge(Request(cell, "192.0.2.7", "/bad 203.0.113.1"));
        judge.Judge(Request(cell, "192.0.2.8", "/good"));
        Assert.False(cell.IsBanned("192.0.2.7"));
        judge.Judge(Request(cell, "192.0.2.7", "/bad 203.0.113.1"));
        Assert.Equal("192.0.2.7/32", cell.Bans.List().Single().Network.ToString());
        Assert.Equal(3, cell.Metric("weir.jail.lines source=live"));
        Assert.Equal(2, cell.Metric("weir.jail.offences kind=fail2ban"));
    }

    [Fact]
    public void A_full_queue_drops_and_counts()
    {
        using var cell = new Cell(o => o.Fail2ban.LiveQueue = 16);
        for (var i = 0; i < 20; i++)
            cell.Get<LiveQueue>().Add(Request(cell, "192.0.2.7", "/"));
        Assert.Equal(4, cell.Metric("weir.jail.lines_dropped"));
    }

    [Fact]
    public void One_clients_flood_leaves_room_for_others_and_the_queue_never_holds_more_bytes_than_it_may()
    {
        using var cell = new Cell();
        var queue = cell.Get<LiveQueue>();
        var much = new string('x', 30_000);
        var largest = Request(cell, "192.0.2.7", much) with { Method = much, Referer = much, UserAgent = much };
        for (var i = 0; i < 1000; i++)
            queue.Add(largest);
        Assert.InRange(queue.Bytes, 1, 16 * 1024 * 1024 / 32);
        Assert.InRange(cell.Metric("weir.jail.lines_dropped"), 900, 999);
        queue.Add(Request(cell, "192.0.2.8", "/"));
        // Many clients at once: the bytes are bounded for all of them together.
        for (var i = 0; i < 20_000; i++)
            queue.Add(largest with { Address = new IPAddress(i + 0x0100_000AL) });
        Assert.InRange(queue.Bytes, 1, 16 * 1024 * 1024);
        var read = new List<AnsweredRequest>();
        while (queue.TryRead(out var request))
            read.Add(request);
        Assert.Contains(read, r => r.Address.ToString() == "192.0.2.8");
        Assert.Equal((256, 8192, 2048, 4096), (read[0].Method.Length, read[0].Target.Length, read[0].Referer!.Length, read[0].UserAgent!.Length));
        Assert.Equal(0, queue.Bytes);
        // Room is given back: short ones fill every place.
        for (var i = 0; i < 256; i++)
            queue.Add(Request(cell, "192.0.2.7", "/"));
        Assert.Equal(256 * LiveQueue.BytesPerRequest, queue.Bytes);
    }

    [Fact]
    public async Task New_lines_of_a_log_are_judged_by_their_own_times_and_the_place_is_kept()
    {
        var log = Path.Combine(_folder, "error.log");
        var state = Path.Combine(_folder, "jail.state");
        var engine = new Engine { Log = Path.Combine(_folder, "*.log") };
        using (var cell = Start())
        {
            // Two long ago, one now: not enough.
            await File.WriteAllLinesAsync(log, [Line(cell, -3000), Line(cell, -2000), Line(cell, 0)]);
            cell.Get<FileJudge>().Turn();
            Assert.Equal(0, cell.Bans.Count);
            await cell.Get<FileJudge>().StopAsync(default);
        }

        using var again = Start();
        await File.AppendAllLinesAsync(log, [Line(again, 0)]);
        again.Get<FileJudge>().Turn();
        Assert.Equal(1, again.Metric("weir.jail.lines source=file"));
        await File.AppendAllLinesAsync(log, [Line(again, 0)]);
        again.Get<FileJudge>().Turn();
        var ban = again.Bans.List().Single();
        Assert.Equal(("192.0.2.7/32", false), (ban.Network.ToString(), ban.IsDirect));

        Cell Start() => new(
            o =>
            {
                o.StateFile = state;
                o.Fail2ban = new Fail2banSettings { Folder = _folder };
            },
            engine);

        static string Line(Cell cell, int seconds) => $"{(cell.Now.ToUnixTimeSeconds() + seconds)} bad 192.0.2.7";
    }

    [Fact]
    public async Task A_file_that_its_pattern_leaves_for_a_while_is_read_on_where_it_was()
    {
        var log = Path.Combine(_folder, "error.log");
        var state = Path.Combine(_folder, "jail.state");
        var engine = new Engine { Log = Path.Combine(_folder, "*.log") };
        using (var cell = Start())
        {
            await File.WriteAllTextAsync(log, "1\n2\n");
            cell.Get<FileJudge>().Turn();
            File.Move(log, log + "-away");
            Rescan(cell);
            Assert.Equal(2, cell.Metric("weir.jail.lines source=file"));
            await File.AppendAllTextAsync(log + "-away", "3\n");
            File.Move(log + "-away", log);
            Rescan(cell);
            Assert.Equal(3, cell.Metric("weir.jail.lines source=file"));
            // Away again, and the gateway restarts meanwhile.
            File.Move(log, log + "-away");
            Rescan(cell);
            await cell.Get<FileJudge>().StopAsync(default);
        }

        using var again = Start();
        again.Get<FileJudge>().Turn();
        File.Move(log + "-away", log);
        await File.AppendAllTextAsync(log, "4\n");
        Rescan(again);
        Assert.Equal(1, again.Metric("weir.jail.lines source=file"));

        Cell Start() => new(
            o =>
            {
                o.StateFile = state;
                o.Fail2ban = new Fail2banSettings { Folder = _folder };
            },
            engine);

        static void Rescan(Cell cell)
        {
            cell.Time.Advance(TimeSpan.FromSeconds(10));
            cell.Get<FileJudge>().Turn();
        }
    }

    [Fact]
    public void A_slow_file_gets_a_second_a_turn_and_loses_no_line_when_the_gateway_stops()
    {
        var engine = new Engine { Log = Path.Combine(_folder, "*.log"), IsSlow = true };
        using var cell = new Cell(o => o.Fail2ban = new Fail2banSettings { Folder = _folder }, engine);
        engine.Clock = cell.Time;
        File.WriteAllText(Path.Combine(_folder, "a.log"), string.Concat(Enumerable.Repeat("slow\n", 20)));
        File.WriteAllText(Path.Combine(_folder, "b.log"), "quick\n");
        var judge = cell.Get<FileJudge>();
        // 300 ms a line: four of them, and the other file has its turn.
        Assert.True(judge.Turn());
        Assert.Equal(5, cell.Metric("weir.jail.lines source=file"));
        Assert.Equal(4, cell.Metric("weir.jail.lines_timed_out source=file"));
        using var stop = new CancellationTokenSource();
        engine.OnLine = stop.Cancel;
        judge.Turn(stop.Token);
        Assert.Equal(6, cell.Metric("weir.jail.lines source=file"));
        engine.OnLine = null;
        for (var turn = 0; turn < 4; turn++)
            judge.Turn();
        Assert.Equal(21, cell.Metric("weir.jail.lines source=file"));
        Assert.False(judge.Turn());
    }

    [Fact]
    public void A_folder_with_faults_keeps_the_jails_of_before_and_tells_each_fault()
    {
        var engine = new Engine();
        using var cell = new Cell(o => o.Fail2ban = new Fail2banSettings { Folder = _folder, Live = ["all"] }, engine);
        var judge = cell.Get<FileJudge>();
        judge.Turn();
        engine.Messages = [new Fail2banMessage(true, "jail.local", "It is odd."), new Fail2banMessage(false, "jail.conf", "A note.")];
        engine.HasJail = false;
        cell.Change(o => o.Fail2ban = new Fail2banSettings { Folder = _folder, Live = ["test"] });
        judge.Turn();
        Assert.Single(cell.Get<Fail2banSource>().Now);
        Assert.Contains("Error: Fail2ban: jail.local: It is odd.", cell.Log.All, StringComparison.Ordinal);
        Assert.Contains("Warning: Fail2ban: jail.conf: A note.", cell.Log.All, StringComparison.Ordinal);
        Assert.Contains("the jails of before stay in force", cell.Log.All, StringComparison.Ordinal);
        cell.Change(_ => { });
        judge.Turn();
        Assert.Empty(cell.Get<Fail2banSource>().Now);
        Assert.False(cell.Get<LiveQueue>().IsWanted);
    }

    [Fact]
    public void At_start_jails_without_faults_are_in_force_and_a_changed_file_is_read_again()
    {
        var engine = new Engine { Messages = [new Fail2banMessage(true, "other", "It is odd.")] };
        using var cell = new Cell(o => o.Fail2ban = new Fail2banSettings { Folder = _folder, Live = ["nowhere"] }, engine);
        var judge = cell.Get<FileJudge>();
        judge.Turn();
        Assert.Single(cell.Get<Fail2banSource>().Now);
        Assert.Contains("'nowhere' is no jail that is enabled", cell.Log.All, StringComparison.Ordinal);
        Assert.Equal(2, cell.Metric("weir.jail.errors what=fail2ban"));
        engine.Messages = [];
        cell.Time.Advance(TimeSpan.FromSeconds(10));
        judge.Turn();
        Assert.Equal(1, engine.Reads);
        File.WriteAllText(Path.Combine(_folder, "jail.local"), "x");
        cell.Time.Advance(TimeSpan.FromSeconds(10));
        judge.Turn();
        Assert.Equal(2, engine.Reads);
    }

    [Fact]
    public void A_replay_bans_by_the_logs_own_clock_and_passes_over_what_a_ban_would_have_kept_out()
    {
        var options = new JailOptions();
        options.Jails["logins"] = new JailSettings { Offences = [OffenceKind.Auth], MaxRetry = 2, CountChallenges = true };
        options.Jails["scanners"] = new JailSettings { Offences = [OffenceKind.Scanner], MaxRetry = 1, BanTime = TimeSpan.FromHours(1) };
        var report = JailReplay.Run(
            [
                Access("192.0.2.7", "10:00:00", "GET /a HTTP/1.1", 401),
                Access("192.0.2.7", "10:09:59", "GET /a HTTP/1.1", 401),
                Access("192.0.2.7", "10:10:30", "GET /a HTTP/1.1", 401),
                Access("192.0.2.8", "10:00:00", "GET /%2eenv?x HTTP/1.1", 404),
                Access("192.0.2.9", "10:00:00", "GET /a HTTP/1.1", 401),
                Access("192.0.2.9", "10:11:00", "GET /a HTTP/1.1", 401),
                Access("10.0.0.1", "10:11:00", "GET /.env HTTP/1.1", 404),
                "no line of such a log",
            ],
            options, new Cell.TrustedProxies());
        Assert.Equal((8L, 2, false), (report.Lines, report.Clients, report.IsCut));
        Assert.Equal(
            ["192.0.2.7/32 logins 10:09:59 10:19:59 2 2", "192.0.2.8/32 scanners 10:00:00 11:00:00 1 4"],
            report.Bans.Select(b => $"{b.Client} {b.Jail} {b.At:HH:mm:ss} {b.Until:HH:mm:ss} {b.Offences} {b.Line}"));
        Assert.Equal(4, report.Offences["logins"]);

        static string Access(string address, string time, string line, int status) =>
            $"{address} - - [04/Mar/2026:{time} +0000] \"{line}\" {status} 12 \"-\" \"curl\"";
    }

    [Fact]
    public void A_replay_through_a_real_filter_finds_its_offenders()
    {
        var jail = new JailDefinition
        {
            Name = "bots",
            MaxRetry = 2,
            Filter = new FilterDefinition { Name = "bots", FailRegex = ["^<HOST> -.*\"GET /bot"] },
        };
        var lines = Enumerable.Range(0, 3).Select(i => $"192.0.2.7 - - [04/Mar/2026:10:00:0{i} +0000] \"GET /bot HTTP/1.1\" 200 1 \"-\" \"x\"");
        var report = JailReplay.Run(lines, [jail], new Cell.TrustedProxies(), [], TimeZoneInfo.Utc, new DateTimeOffset(2026, 3, 5, 0, 0, 0, TimeSpan.Zero));
        var ban = Assert.Single(report.Bans);
        Assert.Equal(new ReplayBan(IPNetwork.Parse("192.0.2.7/32"), "bots", new(2026, 3, 4, 10, 0, 1, TimeSpan.Zero), new(2026, 3, 4, 10, 10, 1, TimeSpan.Zero), 2, 2), ban);
    }

    [Fact]
    public void A_forecast_tells_each_jail_that_would_count_with_its_count_of_now()
    {
        using var cell = new Cell(
            o =>
            {
                o.Jails["scan"] = new JailSettings { Offences = [OffenceKind.Scanner], MaxRetry = 4 };
                o.Jails["auth"] = new JailSettings { Offences = [OffenceKind.Auth] };
                o.Fail2ban = new Fail2banSettings { Folder = _folder, Live = ["test"] };
            },
            new Engine());
        cell.Get<FileJudge>().Turn();
        cell.Report("192.0.2.7", OffenceKind.Scanner, 2);
        var forecast = cell.Get<JailForecast>();
        Assert.Equal(
            ["scan 2/4", "test 0/2"],
            forecast.Of(Request(cell, "192.0.2.7", "/bad/.env") with { Status = 404 }, triedToLogIn: false).Select(j => $"{j.Jail} {j.Offences}/{j.MaxRetry}"));
        Assert.Equal("auth", Assert.Single(forecast.Of(Request(cell, "192.0.2.7", "/") with { Status = 401 }, triedToLogIn: true)).Jail);
        Assert.True(Assert.Single(forecast.Of(Request(cell, "10.0.0.1", "/bad"), triedToLogIn: false)).IsIgnored);
        Assert.Null(forecast.BanOf(IPAddress.Parse("192.0.2.7")));
    }

    private static AnsweredRequest Request(Cell cell, string address, string target) =>
        new(IPAddress.Parse(address), true, cell.Now, "GET", target, "HTTP/1.1", 200, 1, null, null);

    /// <summary>One jail: a line with "bad" is an offence of the address at its end, with the seconds at its beginning where there are any.</summary>
    private sealed class Engine : IFail2banEngine
    {
        public string? Log { get; init; }

        /// <summary>A line with "slow" takes 300 ms of the clock and runs out of time.</summary>
        public bool IsSlow { get; init; }

        public Weir.Support.FakeTimeProvider? Clock { get; set; }

        public Action? OnLine { get; set; }

        public IReadOnlyList<Fail2banMessage> Messages { get; set; } = [];

        public bool HasJail { get; set; } = true;

        public int Reads { get; private set; }

        public Fail2banSet Read(string folder, IReadOnlyCollection<string> alsoEnabled)
        {
            Reads++;
            var jail = new JailDefinition
            {
                Name = "test",
                MaxRetry = 2,
                FindTime = TimeSpan.FromMinutes(10),
                IgnoreSelf = false,
                Filter = new FilterDefinition { Name = "test" },
                LogPaths = Log is null ? [] : [new LogPath(Log, false)],
            };
            return new Fail2banSet(HasJail ? [jail] : [], Messages);
        }

        public Func<string, DateTimeOffset, LineVerdict> Compile(FilterDefinition filter) => (line, now) =>
        {
            OnLine?.Invoke();
            if (IsSlow && line == "slow")
            {
                Clock!.Advance(TimeSpan.FromMilliseconds(300));
                return new LineVerdict(LineVerdictKind.Missed, null, null, now, -1, TimedOut: true);
            }

            if (!line.Contains("bad", StringComparison.Ordinal))
                return new LineVerdict(LineVerdictKind.Missed, null, null, now, -1);
            var words = line.Split(' ');
            var time = long.TryParse(words[0], out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : now;
            return new LineVerdict(LineVerdictKind.Matched, IPAddress.TryParse(words[^1], out var address) ? address : null, words[^1], time, 0);
        };
    }
}
