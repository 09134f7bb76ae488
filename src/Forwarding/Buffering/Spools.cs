using System.IO.Pipelines;

namespace Weir.Forwarding.Buffering;

/// <summary>Makes spools by the rules of the moment, all within one budget.</summary>
internal sealed class Spools(BufferingRulesSource rules, SpoolBudget budget, SpoolFiles files, BufferingMetrics metrics)
{
    /// <summary>A spool that keeps a request's body until it is disposed of.</summary>
    public Spool ForUpload() => new(rules.Current.Upload, isReplayable: true, budget, files, metrics);

    /// <summary>A spool that forgets what was read of an answer's body.</summary>
    /// <inheritdoc cref="Spool(SpoolLimits, bool, SpoolBudget, SpoolFiles, BufferingMetrics, PipeScheduler?, PipeScheduler?)"/>
    public Spool ForAnswer(PipeScheduler? readerScheduler = null, PipeScheduler? writerScheduler = null) =>
        new(rules.Current.Answer, isReplayable: false, budget, files, metrics, readerScheduler, writerScheduler);
}
