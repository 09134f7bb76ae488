using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Weir.Farm.Model;
using Weir.Farm.Readers.Status;

namespace Weir.Farm.Tests.Readers;

public sealed class ServerStatusParserTests
{
    [Theory]
    [InlineData("event", Mpm.Event, 150, 7, 43)]
    [InlineData("worker", Mpm.Worker, 150, 7, 43)]
    [InlineData("prefork", Mpm.Prefork, 20, 6, 0)]
    [InlineData("event-basic", Mpm.Event, 150, 7, 43)]
    public void A_recorded_page_gives_MPM_workers_and_effective_limit(string name, Mpm mpm, int workers, int busy, int idle)
    {
        var status = Parse(name);

        Assert.Equal(mpm, status.Mpm);
        Assert.Equal(workers, status.EffectiveMaxRequestWorkers);
        Assert.Equal(busy, status.Busy);
        Assert.Equal(idle, status.Idle);
        Assert.Equal(busy, status.Scoreboard!.Value.Busy);
        Assert.Equal(idle, status.Scoreboard.Value.Waiting);
    }

    [Fact]
    public void Without_ExtendedStatus_the_totals_are_missing()
    {
        var status = Parse("event-basic");

        Assert.Null(status.TotalAccesses);
        Assert.Null(status.TotalDurationMs);
        Assert.Equal(2, status.Processes);
    }

    [Fact]
    public void During_a_graceful_restart_the_length_of_the_scoreboard_is_not_trusted()
    {
        var status = Parse("event-graceful");

        Assert.True(status.Stopping > 0);
        Assert.True(status.Scoreboard!.Value.Finishing > 0);
        Assert.Null(status.EffectiveMaxRequestWorkers);
    }

    [Fact]
    public void Apache_2_2_prints_ServerLimit_times_ThreadLimit_which_is_no_limit_of_workers()
    {
        var status = Parse("apache22");

        Assert.Null(status.Mpm);
        Assert.Equal(1024, status.Scoreboard!.Value.Length);
        Assert.Null(status.EffectiveMaxRequestWorkers);
        Assert.Equal(1203, status.TotalAccesses);
        Assert.Equal(5012, status.UptimeSeconds);
    }

    [Theory]
    [InlineData("<html><body>status</body></html>", "The status page is HTML; the path must end with ?auto.")]
    [InlineData("", "The page is no mod_status page: it has neither BusyWorkers and IdleWorkers nor a Scoreboard.")]
    [InlineData("BusyWorkers: many\nIdleWorkers: 3\n", "The page is no mod_status page: it has neither BusyWorkers and IdleWorkers nor a Scoreboard.")]
    [InlineData("Active connections: 3\n", "The page is no mod_status page: it has neither BusyWorkers and IdleWorkers nor a Scoreboard.")]
    public void Garbage_gets_a_sentence(string page, string expected)
    {
        Assert.False(ServerStatusParser.TryParse(Encoding.ASCII.GetBytes(page), out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void A_page_above_the_bound_is_refused()
    {
        Assert.False(ServerStatusParser.TryParse(new byte[ServerStatusParser.MaxBytes + 1], out _, out var error));
        Assert.Contains("4194304", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_line_ends_and_unknown_lines_do_no_harm()
    {
        var page = Encoding.ASCII.GetBytes("host\r\nFuture: x: y\r\nBusyWorkers: 1\r\nIdleWorkers: 4\r\nServerMPM: EVENT\r\nScoreboard: W____\r\n");

        Assert.True(ServerStatusParser.TryParse(page, out var status, out _));
        Assert.Equal(5, status.EffectiveMaxRequestWorkers);
    }

    [Fact]
    public void No_bytes_make_the_parser_throw()
    {
        Prop.ForAll<byte[]>(bytes => Either(bytes)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_damage_to_a_real_page_makes_the_parser_throw()
    {
        var page = Page.Of("event");
        Prop.ForAll<int, byte>((at, value) =>
        {
            var damaged = page.ToArray();
            damaged[(int)((uint)at % damaged.Length)] = value;
            var cut = damaged[..(int)((uint)(at * 31) % damaged.Length)];
            return Either(damaged) && Either(cut);
        }).QuickCheckThrowOnFailure();
    }

    private static bool Either(byte[] bytes) =>
        ServerStatusParser.TryParse(bytes, out var status, out var error) ? status is not null && error is null : error is { Length: > 0 };

    private static ServerStatus Parse(string name)
    {
        Assert.True(ServerStatusParser.TryParse(Page.Of(name), out var status, out var error), error);
        return status;
    }
}
