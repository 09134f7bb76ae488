using Weir.Farm.Model;

namespace Weir.Farm.Tests.Model;

public sealed class TuningPlannerTests
{
    [Fact]
    public void Every_input_out_of_range_is_named_with_its_range_and_value()
    {
        var failures = TuningInputsValidator.Validate(new() { Headroom = 3, Gateways = 0, ServiceSeconds = double.NaN, RamMb = 1, NoFile = 5, DynamicShare = 0 });

        Assert.Equal(6, failures.Count);
        Assert.Contains("--headroom is 3; allowed: 0.05 to 1.", failures);
        Assert.Contains("--gateways is 0; allowed: 1 to 1000.", failures);
        Assert.Contains("--ram is 1 MB; allowed: 16 to 67108864 MB.", failures);
        Assert.Throws<ArgumentException>(() => TuningPlanner.Compute(new() { Headroom = 3 }));
    }

    [Fact]
    public void Memory_that_is_all_reserved_and_a_deadline_below_the_service_time_are_refused()
    {
        Assert.StartsWith("--ram is 512 MB; allowed: more than", Assert.Single(TuningInputsValidator.Validate(new() { RamMb = 512 })), StringComparison.Ordinal);
        Assert.StartsWith("--deadline is 0.05 s; allowed: more than", Assert.Single(TuningInputsValidator.Validate(new() { DeadlineSeconds = 0.05 })), StringComparison.Ordinal);
    }

    [Fact]
    public void The_peak_asks_for_workers_by_Littles_law()
    {
        var plan = TuningPlanner.Compute(new() { Settings = MpmDefaults.Debian(Mpm.Event), PeakRps = 1000, ServiceSeconds = 0.1 });

        Assert.Equal(143, plan.NeededWorkers);
        Assert.Equal(125, plan.RecommendedWorkers);
        Assert.True(plan.Feasible);
    }

    [Fact]
    public void Cutting_to_whole_processes_never_loses_a_peak_that_the_machine_could_carry()
    {
        var plan = TuningPlanner.Compute(new() { Settings = MpmDefaults.Debian(Mpm.Event), PeakRps = 340, ServiceSeconds = 0.1, RamMb = 8192 });

        Assert.Equal(49, plan.NeededWorkers);
        Assert.Equal(50, plan.RecommendedWorkers);
        Assert.True(plan.Feasible);
    }

    [Fact]
    public void The_smallest_bound_is_named_and_cuts_the_recommendation()
    {
        var plan = TuningPlanner.Compute(new() { Settings = Published.A(), RamMb = 4096, TasksMax = 1000, BackendMax = 5000, Cores = 64, CpuPerRequestSeconds = 0.001 });

        Assert.Equal("tasks", plan.Binding);
        Assert.Equal(925, plan.MaxWorkers);
        Assert.Equal(925, plan.RecommendedWorkers);
        Assert.Contains(plan.Findings, f => f.Text == "4348 tasks exceed TasksMax/pid_max 1000");
    }

    [Fact]
    public void Too_little_memory_is_said_with_the_number_that_fits()
    {
        var plan = TuningPlanner.Compute(new() { Settings = Published.A(), RamMb = 1024, ApplicationMb = 8 });
        var ram = plan.Bounds.Single(b => b.Name == "ram");

        Assert.Equal(50, ram.Workers);
        Assert.Contains(plan.Findings, f => f.Text == "Estimated 32752 MB exceeds 410 MB: Apache will swap; lower MaxRequestWorkers to 50");
    }

    [Fact]
    public void File_descriptors_bind_only_where_one_process_has_too_few()
    {
        var enough = TuningPlanner.Compute(new() { Settings = Published.A(), NoFile = 1024 });
        var few = TuningPlanner.Compute(new() { Settings = Published.A(), NoFile = 64 });

        Assert.Null(enough.Binding);
        Assert.Equal("fd", few.Binding);
        Assert.Equal(161 * 16, few.MaxWorkers);
        Assert.Contains(few.Findings, f => f.Text == "nofile 64 too low: a process can need 82");
    }

    [Fact]
    public void An_event_process_needs_descriptors_for_its_waiting_connections()
    {
        var plan = TuningPlanner.Compute(new() { Settings = new() { Mpm = Mpm.Event, AsyncRequestWorkerFactor = "10" }, NoFile = 256 });

        Assert.Contains(plan.Findings, f => f.Text == "nofile 256 too low: a process can need 307");
    }

    [Fact]
    public void Prefork_with_threads_and_mod_php_without_prefork_are_named()
    {
        var prefork = TuningPlanner.Compute(new() { Settings = new() { Mpm = Mpm.Prefork, ThreadsPerChild = 25 } });
        var threaded = TuningPlanner.Compute(new() { Settings = new() { Mpm = Mpm.Event }, Modules = ["php_module", "status_module"] });

        Assert.Contains(prefork.Findings, f => f.Text == "ThreadsPerChild is not valid for prefork");
        Assert.Contains(threaded.Findings, f => f.Text == "mod_php requires prefork");
    }

    [Theory]
    [InlineData(0.1, 200_000, 3, false)]
    [InlineData(0.7, 3600, 3, false)]
    [InlineData(0.7, 200_000, 1, false)]
    [InlineData(0.7, 200_000, 2, true)]
    public void A_memory_sample_counts_when_busy_old_and_repeated(double busy, double uptime, int samples, bool trusted)
    {
        var plan = TuningPlanner.Compute(new() { MemorySample = new(busy, uptime, samples) });

        Assert.Equal(!trusted, plan.Findings.Any(f => f.Text == "Memory sample taken while idle or within 24 h of start"));
    }

    [Fact]
    public void A_small_backend_is_said_and_counts_only_for_dynamic_requests()
    {
        var plan = TuningPlanner.Compute(new() { Settings = Published.A(), BackendMax = 50, DynamicShare = 0.1 });

        Assert.Contains(plan.Findings, f => f.Text == "Backend allows 50; dynamic requests above it queue");
        Assert.Equal(500, plan.MaxWorkers);
    }

    [Fact]
    public void Several_gateways_share_and_the_queue_follows_the_deadline()
    {
        var plan = TuningPlanner.Compute(new() { Settings = MpmDefaults.Debian(Mpm.Event), Gateways = 3, DeadlineSeconds = 2, ServiceSeconds = 0.1, ServiceP95Seconds = 0.25 });

        Assert.Equal(49, plan.Gateway.Cap);
        Assert.Equal("requests", plan.Gateway.CapCounts);
        Assert.Equal(45, plan.Gateway.MaxOpenConnections);
        Assert.Equal(931, plan.Gateway.MaxQueue);
        Assert.Equal(1.75, plan.Gateway.QueueTimeoutSeconds, 9);
    }

    [Fact]
    public void Advice_follows_what_is_there()
    {
        var plan = TuningPlanner.Compute(new()
        {
            Settings = new() { Mpm = Mpm.Prefork, KeepAlive = false, MaxKeepAliveRequests = 100 },
            Modules = ["core_module", "autoindex_module", "php_module", "cache_disk_module"],
            Disks = new("8:1", "8:2", "8:2"),
            ExtendedStatus = false,
        });

        Assert.Contains(plan.Advice, a => a.StartsWith("Move PHP from mod_php to php-fpm", StringComparison.Ordinal));
        Assert.Contains(plan.Advice, a => a.StartsWith("KeepAlive On", StringComparison.Ordinal));
        Assert.Contains(plan.Advice, a => a.StartsWith("MaxKeepAliveRequests 100", StringComparison.Ordinal));
        Assert.Contains(plan.Advice, a => a.Contains("autoindex_module, cache_disk_module, php_module", StringComparison.Ordinal));
        Assert.Contains(plan.Advice, a => a.StartsWith("Load mod_status", StringComparison.Ordinal));
        Assert.Contains(plan.Advice, a => a.Contains("htcacheclean", StringComparison.Ordinal));
        Assert.Contains(plan.Advice, a => a.StartsWith("Cache and logs lie on one disk", StringComparison.Ordinal));
        Assert.Contains(plan.Advice, a => a.StartsWith("ExtendedStatus On", StringComparison.Ordinal));
    }

    [Fact]
    public void Switching_disables_mod_php_first_and_ends_with_the_question_which_MPM_runs()
    {
        var debian = SwitchSteps.Debian(Mpm.Prefork, Mpm.Event, "8.2");
        var rhel = SwitchSteps.RedHat(Mpm.Prefork, Mpm.Worker);

        Assert.Equal(["a2dismod php8.2", "a2dismod mpm_prefork", "a2enmod mpm_event", "a2enmod proxy_fcgi setenvif", "a2enconf php8.2-fpm", "apache2ctl -t"], debian.Take(6));
        Assert.Equal("a2query -M", debian[^1]);
        Assert.Contains("00-mpm.conf", rhel[0], StringComparison.Ordinal);
        Assert.Empty(SwitchSteps.Debian(Mpm.Event, Mpm.Event, null));
    }
}
