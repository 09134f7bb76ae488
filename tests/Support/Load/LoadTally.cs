namespace Weir.Support.Load;

/// <summary>The counts of one connection; only its owner writes.</summary>
internal sealed class LoadTally
{
    public long[] Failures { get; } = new long[Enum.GetValues<LoadFailure>().Length];

    public Dictionary<int, long> Statuses { get; } = [];

    /// <summary>End of each good answer (milliseconds after the start of the run) and its latency (milliseconds).</summary>
    public List<(float At, float Latency)> Good { get; } = [];

    public void Answer(int status) => Statuses[status] = Statuses.GetValueOrDefault(status) + 1;
}
