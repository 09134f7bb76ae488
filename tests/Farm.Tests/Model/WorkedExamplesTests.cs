using Weir.Farm.Model;

namespace Weir.Farm.Tests.Model;

/// <summary>Every figure of the two published configurations.</summary>
public sealed class WorkedExamplesTests
{
    [Fact]
    public void Configuration_A_has_every_published_figure()
    {
        var plan = TuningPlanner.Compute(Inputs(Published.A()));

        Assert.Equal(4348, plan.Effective.Tasks);
        Assert.Equal(39.81, plan.Ram.ArticleMb / 1024, 2);
        Assert.Equal(552, plan.Ram.MeasuredMb, 0);
        Assert.Equal(4024, plan.Gateway.Cap);
        Assert.Equal(40_240, plan.Gateway.BestRps, 6);
    }

    [Fact]
    public void Configuration_B_has_every_published_figure()
    {
        var plan = TuningPlanner.Compute(Inputs(Published.B()));

        Assert.Equal(8501, plan.Effective.Tasks);
        Assert.Equal(78.63, Math.Round(plan.Ram.ArticleMb / 1024, 2, MidpointRounding.AwayFromZero));
        Assert.Equal(1059, plan.Ram.MeasuredMb, 0);
        Assert.Equal(7999, plan.Gateway.Cap);
        Assert.Equal(79_990, plan.Gateway.BestRps, 6);
    }

    [Fact]
    public void Two_cores_with_6_4_ms_of_CPU_a_request_feed_21_workers()
    {
        var plan = TuningPlanner.Compute(Inputs(Published.A()) with { Cores = 2, CpuPerRequestSeconds = 0.0064 });

        Assert.Equal("cpu", plan.Binding);
        Assert.Equal(21, plan.MaxWorkers);
        Assert.Contains(plan.Findings, f => f.Text == "4025 workers exceed CPU capacity 21: requests will time out");
    }

    [Fact]
    public void On_event_ServerLimit_leaves_room_for_a_graceful_restart()
    {
        var a = TuningPlanner.Compute(Inputs(Published.A(Mpm.Event)));
        var b = TuningPlanner.Compute(Inputs(Published.B(Mpm.Event)));

        Assert.Equal(322, a.Recommended.ServerLimit!.Value.Value);
        Assert.Equal(500, b.Recommended.ServerLimit!.Value.Value);
        Assert.Contains(a.Findings, f => f.Text == "ServerLimit 161 leaves no slots for a graceful restart on event; use 322");
    }

    [Fact]
    public void On_worker_ServerLimit_leaves_a_quarter_and_on_prefork_none()
    {
        var worker = TuningPlanner.Compute(Inputs(Published.A()));
        var prefork = TuningPlanner.Compute(Inputs(new() { Mpm = Mpm.Prefork, ServerLimit = 300, MaxRequestWorkers = 300 }));

        Assert.Equal(202, worker.Recommended.ServerLimit!.Value.Value);
        Assert.Equal(300, prefork.Recommended.ServerLimit!.Value.Value);
    }

    [Theory]
    [InlineData(2, 161, 9)]
    [InlineData(5, 150, 9)]
    [InlineData(6, 6, 0)]
    public void Growing_takes_the_seconds_that_Apaches_doubling_takes(int start, int target, int seconds) =>
        Assert.Equal(seconds, SpawnSchedule.SecondsToReach(start, target));

    private static TuningInputs Inputs(MpmSettings settings) => new() { Settings = settings };
}
