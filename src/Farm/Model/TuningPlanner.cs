namespace Weir.Farm.Model;

/// <summary>The tuning model: pure, from inputs to plan.</summary>
public static class TuningPlanner
{
    /// <summary>Computes the plan.</summary>
    /// <exception cref="ArgumentException">An input is out of its range; the message holds every failure, one a line.</exception>
    public static TuningPlan Compute(TuningInputs inputs)
    {
        var failures = TuningInputsValidator.Validate(inputs);
        if (failures.Count > 0)
            throw new ArgumentException(string.Join('\n', failures), nameof(inputs));

        var limits = EffectiveLimits.Compute(inputs.Settings);
        var memory = MemoryModel.From(inputs);
        var bounds = CapacityBounds.Compute(inputs, limits, memory);
        var binding = bounds.Where(b => b is { Applies: true, Workers: not null }).MinBy(b => b.Workers);
        long? needed = inputs.PeakRps is { } peak
            ? (long)Math.Ceiling(peak * inputs.ServiceSeconds / inputs.TargetUtilisation - 1e-9)
            : null;
        var workers = Recommendation.Workers(limits, binding?.Workers, needed, (inputs.PeakRps ?? 0) * inputs.ServiceSeconds);
        var recommended = Recommendation.Settings(inputs.Settings, limits, workers);
        return new()
        {
            Configured = inputs.Settings,
            Effective = limits,
            Ram = new(
                MemoryModel.Article(limits.MaxRequestWorkers, inputs.ArticleMbPerWorker, inputs.ReservedMb),
                memory.Need(limits.MaxRequestWorkers, limits.ThreadsPerChild),
                CapacityBounds.BudgetMb(inputs),
                memory.PerProcessMb,
                memory.PerThreadMb,
                inputs.ProcessMb is not null),
            Bounds = bounds,
            Binding = binding?.Name,
            MaxWorkers = binding?.Workers,
            NeededWorkers = needed,
            RecommendedWorkers = workers,
            Feasible = inputs.PeakRps is { } rps ? workers <= (binding?.Workers ?? long.MaxValue) && workers >= rps * inputs.ServiceSeconds : null,
            Recommended = recommended,
            Gateway = GatewayShare.Compute(inputs, limits.Mpm, limits.MaxRequestWorkers),
            RecommendedGateway = GatewayShare.Compute(inputs, limits.Mpm, workers),
            Findings = Findings.Compute(inputs, limits, memory, bounds),
            Advice = AdviceList.Compute(inputs, limits),
            Conf = MpmConf.Write(recommended),
        };
    }
}
