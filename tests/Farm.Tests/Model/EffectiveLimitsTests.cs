using Weir.Farm.Model;

namespace Weir.Farm.Tests.Model;

public sealed class EffectiveLimitsTests
{
    [Fact]
    public void The_two_published_configurations_are_taken_without_a_word()
    {
        var a = EffectiveLimits.Compute(Published.A());
        var b = EffectiveLimits.Compute(Published.B());

        Assert.Equal((4025, 161, 4348), (a.MaxRequestWorkers, a.Processes, a.Tasks));
        Assert.Equal((8000, 250, 8501), (b.MaxRequestWorkers, b.Processes, b.Tasks));
        Assert.Empty(a.Messages);
        Assert.Empty(b.Messages);
    }

    [Theory]
    [InlineData(Mpm.Worker, "AH00318")]
    [InlineData(Mpm.Event, "AH00515")]
    public void More_workers_than_ServerLimit_has_room_for_are_cut_in_Apaches_words(Mpm mpm, string code)
    {
        var limits = EffectiveLimits.Compute(new() { Mpm = mpm, MaxRequestWorkers = 4025 });

        var message = Assert.Single(limits.Messages);
        Assert.Equal(400, limits.MaxRequestWorkers);
        Assert.Equal($"{code}: WARNING: MaxRequestWorkers of 4025 would require 161 servers and would exceed ServerLimit of 16, decreasing to 400. To increase, please see the ServerLimit directive.", message.ToString());
    }

    [Fact]
    public void Rules_are_applied_and_reported_in_Apaches_order()
    {
        var limits = EffectiveLimits.Compute(new()
        {
            Mpm = Mpm.Worker,
            ServerLimit = 0,
            ThreadLimit = 0,
            ThreadsPerChild = 0,
            MaxRequestWorkers = 0,
            StartServers = 0,
            MinSpareThreads = 0,
        });

        Assert.Equal(["AH00302", "AH00307", "AH00312", "AH00314", "AH00320", "AH00322"], limits.Messages.Select(m => m.Code));
        Assert.Equal(1, limits.MaxRequestWorkers);
    }

    [Fact]
    public void A_word_for_MaxRequestWorkers_is_zero_and_so_one_process()
    {
        var limits = EffectiveLimits.Compute(new() { Mpm = Mpm.Event, MaxRequestWorkers = new ApacheNumber("abc") });

        Assert.Equal(25, limits.MaxRequestWorkers);
        Assert.Equal("AH00511", Assert.Single(limits.Messages).Code);
    }

    [Fact]
    public void Raising_ServerLimit_alone_leaves_MaxRequestWorkers_at_its_constant() =>
        Assert.Equal(400, EffectiveLimits.Compute(new() { Mpm = Mpm.Event, ServerLimit = 100 }).MaxRequestWorkers);

    [Theory]
    [InlineData("2.7", 2, 75)]
    [InlineData("0.5", 1, 50)]
    [InlineData(null, 2, 75)]
    public void A_fractional_async_factor_counts_as_whole(string? factor, int used, int connections)
    {
        var limits = EffectiveLimits.Compute(new() { Mpm = Mpm.Event, MaxRequestWorkers = 25, AsyncRequestWorkerFactor = factor });

        Assert.Equal(used, limits.AsyncRequestWorkerFactor);
        Assert.Equal(connections, limits.MaxOpenConnections);
        Assert.Empty(limits.Messages);
    }

    [Theory]
    [InlineData("abc", "error parsing value")]
    [InlineData("0", "AsyncRequestWorkerFactor argument must be a positive number")]
    public void A_bad_async_factor_is_a_syntax_error(string factor, string text)
    {
        var limits = EffectiveLimits.Compute(new() { Mpm = Mpm.Event, AsyncRequestWorkerFactor = factor });

        Assert.False(limits.Starts);
        Assert.Equal($"AH00526: {text}", Assert.Single(limits.Messages).ToString());
    }

    [Fact]
    public void A_thread_directive_on_prefork_is_fatal()
    {
        var limits = EffectiveLimits.Compute(new() { Mpm = Mpm.Prefork, ThreadsPerChild = 25 });

        Assert.False(limits.Starts);
        Assert.Contains("Invalid command 'ThreadsPerChild'", Assert.Single(limits.Messages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void MaxSpareThreads_is_raised_and_StartServers_cut_in_silence()
    {
        var limits = EffectiveLimits.Compute(new() { Mpm = Mpm.Event, MaxRequestWorkers = 50, MinSpareThreads = 30, MaxSpareThreads = 1, StartServers = 40 });

        Assert.Equal(56, limits.MaxSpare);
        Assert.Equal(2, limits.StartServers);
        Assert.Empty(limits.Messages);
    }

    [Fact]
    public void Debians_event_has_room_for_450_connections()
    {
        var limits = EffectiveLimits.Compute(MpmDefaults.Debian(Mpm.Event));

        Assert.Equal(150, limits.MaxRequestWorkers);
        Assert.Equal(450, limits.MaxOpenConnections);
        Assert.Empty(limits.Messages);
    }
}
