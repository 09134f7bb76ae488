namespace Weir.Fail2ban.Dates;

/// <summary>A template in the list of one detector, and how it has done there.</summary>
internal sealed class DateSlot(DateTemplate template)
{
    public DateTemplate Template => template;

    public long Hits { get; set; }

    public DateTimeOffset LastUsed { get; set; } = DateTimeOffset.UnixEpoch;

    /// <summary>Where in the line it was last found.</summary>
    public int Distance { get; set; } = int.MaxValue;

    public double Weight => Hits * template.Weight / Math.Max(1, Distance);
}
