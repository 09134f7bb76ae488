using System.Diagnostics.Metrics;
using Weir.Forwarding.Admission;

namespace Weir.Forwarding.Buffering;

/// <summary>What buffering counts. Tags come from closed sets.</summary>
internal sealed class BufferingMetrics
{
    private static readonly string[] Kinds = ["upload", "answer"];

    private readonly Counter<long> _spilled;
    private readonly Counter<long> _refused;
    private readonly UpDownCounter<long> _collecting;

    public BufferingMetrics(IMeterFactory meters, SpoolBudget budget)
    {
        var meter = meters.Create(AdmissionMetrics.Meter);
        meter.CreateObservableGauge("weir.buffering.memory", () => Each(budget.MemoryBytes), "By", "Memory that buffered bodies hold.");
        meter.CreateObservableGauge("weir.buffering.file", () => Each(budget.FileBytes), "By", "Bytes of temporary files that buffered bodies hold.");
        _spilled = meter.CreateCounter<long>("weir.buffering.spilled", "{body}", "Bodies that went to a temporary file.");
        _refused = meter.CreateCounter<long>("weir.buffering.refused", "{body}", "Bodies that met a bound of buffering, by reason: uploads were refused, answers held their server up.");
        _collecting = meter.CreateUpDownCounter<long>("weir.buffering.collecting", "{request}", "Requests whose body is being collected; they hold no slot.");
    }

    /// <summary>The reason as logs and metrics see it.</summary>
    public static string CodeOf(SpoolRefusal refusal) => refusal switch
    {
        SpoolRefusal.SpoolFull => "body_full",
        SpoolRefusal.TotalFull => "total_full",
        SpoolRefusal.Unavailable => "unavailable",
        SpoolRefusal.Disposed => "disposed",
        _ => "none",
    };

    public void Spilled(SpoolKind kind) => _spilled.Add(1, new KeyValuePair<string, object?>("kind", Kinds[(int)kind]));

    public void Refused(SpoolKind kind, SpoolRefusal refusal) => _refused.Add(
        1, new KeyValuePair<string, object?>("kind", Kinds[(int)kind]), new KeyValuePair<string, object?>("reason", CodeOf(refusal)));

    /// <summary>A request began (1) or ended (-1) to have its body collected.</summary>
    public void Collecting(int change) => _collecting.Add(change);

    private static Measurement<long>[] Each(Func<SpoolKind, long> bytes) =>
    [
        new(bytes(SpoolKind.Upload), new KeyValuePair<string, object?>("kind", Kinds[0])),
        new(bytes(SpoolKind.Answer), new KeyValuePair<string, object?>("kind", Kinds[1])),
    ];
}
