namespace Weir.Bench.Edge;

/// <summary>What became of a flood's requests.</summary>
/// <param name="Good">Answered as if it were a good client's.</param>
/// <param name="Refused">With a status.</param>
/// <param name="Reset">Their connection was reset, before or after the request was sent.</param>
/// <param name="Seconds">How long it lasted.</param>
internal sealed record FloodCounts(long Good, long Refused, long Reset, double Seconds)
{
    public long All => Good + Refused + Reset;
}
