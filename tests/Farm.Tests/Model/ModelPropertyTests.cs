using FsCheck;
using FsCheck.Fluent;
using Weir.Farm.Model;
using Weir.Farm.Readers.Config;

namespace Weir.Farm.Tests.Model;

public sealed class ModelPropertyTests
{
    private static readonly Gen<ApacheNumber?> Number = Gen.OneOf(
        Gen.Constant((ApacheNumber?)null),
        Gen.Choose(-5, 600).Select(n => (ApacheNumber?)n),
        Gen.Choose(0, 120_000).Select(n => (ApacheNumber?)n),
        Gen.Elements("abc", "25x", "99999999999", "", "007").Select(t => (ApacheNumber?)new ApacheNumber(t)));

    private static readonly Gen<MpmSettings> Settings =
        from mpm in Gen.Elements(Mpm.Prefork, Mpm.Worker, Mpm.Event)
        from n in Gen.ArrayOf(Number, 7)
        select mpm == Mpm.Prefork
            ? new MpmSettings { Mpm = mpm, ServerLimit = n[0], MaxRequestWorkers = n[1], StartServers = n[2], MinSpareServers = n[3], MaxSpareServers = n[4] }
            : new MpmSettings { Mpm = mpm, ServerLimit = n[0], MaxRequestWorkers = n[1], StartServers = n[2], MinSpareThreads = n[3], MaxSpareThreads = n[4], ThreadLimit = n[5], ThreadsPerChild = n[6] };

    [Fact]
    public void Effective_workers_are_whole_processes_between_one_and_ServerLimit() => ForAll(Settings, s =>
    {
        var e = EffectiveLimits.Compute(s);
        return e.MaxRequestWorkers % e.ThreadsPerChild == 0
            && e.MaxRequestWorkers >= e.ThreadsPerChild
            && e.MaxRequestWorkers <= (long)e.ServerLimit * e.ThreadsPerChild
            && e.ThreadsPerChild <= e.ThreadLimit;
    });

    [Fact]
    public void Effective_values_are_their_own_effective_values_and_say_nothing() => ForAll(Settings, s =>
    {
        var once = EffectiveLimits.Compute(s);
        var twice = EffectiveLimits.Compute(once.ToSettings());
        return twice.Messages.Count == 0 && (once with { Messages = [] }) == (twice with { Messages = [] });
    });

    [Fact]
    public void Memory_need_grows_with_the_workers() => ForAll(
        from i in Inputs from m in Gen.Choose(1, 50_000) from more in Gen.Choose(1, 5000) from t in Gen.Choose(1, 200) select (i, m, more, t),
        x => MemoryModel.From(x.i).Need(x.m + x.more, x.t) > MemoryModel.From(x.i).Need(x.m, x.t));

    [Fact]
    public void The_most_workers_fit_the_budget_and_one_process_more_does_not() => ForAll(
        from i in Inputs from t in Gen.Choose(1, 200) from budget in Gen.Choose(0, 200_000) select (i, t, budget),
        x =>
        {
            var memory = MemoryModel.From(x.i);
            var step = memory.IsPrefork ? 1 : x.t;
            var most = memory.MaxWorkers(x.budget, x.t);
            return most % step == 0 && (most == 0 || memory.Need(most, x.t) <= x.budget) && memory.Need(most + step, x.t) > x.budget;
        });

    [Fact]
    public void All_gateways_together_leave_the_reserve_unless_each_would_get_nothing() => ForAll(
        from m in Gen.Choose(1, 20_000) from g in Gen.Choose(1, 50) from r in Gen.Choose(0, 100) select (m, g, r),
        x =>
        {
            var cap = GatewayCap.Slots(x.m, x.r, x.g);
            return (long)x.g * cap <= x.m - x.r || cap == 1;
        });

    [Fact]
    public void The_recommendation_is_silent_within_the_bounds_and_reads_back_as_it_was_written() => ForAll(
        from s in Settings
        from i in Inputs
        from ram in Gen.OneOf(Gen.Constant((double?)null), Gen.Choose(600, 300_000).Select(n => (double?)n))
        from peak in Gen.OneOf(Gen.Constant((double?)null), Gen.Choose(0, 100_000).Select(n => (double?)n))
        select i with { Settings = s with { AsyncRequestWorkerFactor = s.Mpm == Mpm.Event ? "3.5" : null }, RamMb = ram, PeakRps = peak },
        i =>
        {
            var plan = TuningPlanner.Compute(i);
            var effective = EffectiveLimits.Compute(plan.Recommended);
            var threads = plan.Effective.ThreadsPerChild;
            return effective.Messages.Count == 0
                && effective.MaxRequestWorkers == plan.RecommendedWorkers
                && (plan.MaxWorkers is null || plan.RecommendedWorkers <= Math.Max(plan.MaxWorkers.Value, threads))
                && Parse(plan.Conf, i.Settings.Mpm) == plan.Recommended;
        });

    [Fact]
    public void A_plan_survives_its_JSON() => ForAll(
        from s in Settings from i in Inputs select i with { Settings = s, RamMb = 8192, PeakRps = 100, Cores = 4, CpuPerRequestSeconds = 0.01 },
        i =>
        {
            var json = TuningPlanJson.Write(TuningPlanner.Compute(i));
            return TuningPlanJson.Write(TuningPlanJson.Read(json)) == json;
        });

    private static Gen<TuningInputs> Inputs =>
        from prefork in Gen.Elements(true, false)
        from process in Gen.Choose(1, 20_000)
        from thread in Gen.Choose(1, 10_000)
        from measured in Gen.Elements(true, false)
        select new TuningInputs
        {
            Settings = new() { Mpm = prefork ? Mpm.Prefork : Mpm.Worker },
            ProcessMb = measured ? Math.Max(0.01, process / 1000.0) : null,
            ThreadMb = measured ? thread / 1000.0 : null,
        };

    private static MpmSettings Parse(string conf, Mpm mpm)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("mpm.conf", $"LoadModule {MpmConf.ModuleName(mpm)} x.so\n{conf}");
        return MpmSettingsReader.Read(ApacheConfigReader.Read(file), mpm);
    }

    private static void ForAll<T>(Gen<T> gen, Func<T, bool> holds) => Prop.ForAll(gen.ToArbitrary(), holds).QuickCheckThrowOnFailure();
}
