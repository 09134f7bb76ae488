using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.Jail;

/// <summary>How bans grow, as Fail2ban's <c>bantime.increment</c> and its kin.</summary>
public sealed class IncrementSettings
{
    [Description("Makes each ban of a client longer than the one before.")]
    public bool Enabled { get; set; }

    [Description("Factor of every ban but the first.")]
    [Range(0.001, 10_000.0)]
    public double Factor { get; set; } = 1;

    [Description("Factors by the number of earlier bans, the last one for all further; none doubles each time.")]
    [Length(0, 64)]
    public List<double> Multipliers { get; set; } = [];

    [Description("Longest ban; null has no bound.")]
    [Range(typeof(TimeSpan), "00:00:01", "3660.00:00:00")]
    public TimeSpan? MaxTime { get; set; }

    [Description("At most so much is added at random, so that nobody can foresee the end.")]
    [Range(typeof(TimeSpan), "00:00:00", "31.00:00:00")]
    public TimeSpan RandomTime { get; set; }

    [Description("Earlier bans by all jails count, not only this jail's.")]
    public bool OverAllJails { get; set; }
}
