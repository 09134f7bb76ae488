using Weir.Policies.Contracts;

namespace Weir.Policies.Jail.Lists;

/// <summary>Takes a whole list: what is good in it comes into force, what is not is told by the number of its line.</summary>
public static class BanImport
{
    /// <summary>Faults that are told; further ones are only counted.</summary>
    public const int MaxFaults = 100;

    /// <summary>Adds every entry as an operator's.</summary>
    /// <param name="bans">The list.</param>
    /// <param name="lines">As <see cref="BanLine"/> takes them.</param>
    /// <param name="standard">Duration of lines without one; null for ever.</param>
    /// <param name="now">What durations count from.</param>
    /// <param name="zone">Zone of the times that fail2ban-client writes.</param>
    public static BanImportResult Take(IBans bans, IEnumerable<string> lines, TimeSpan? standard, DateTimeOffset now, TimeZoneInfo zone)
    {
        var added = 0;
        var refused = 0;
        var faults = new List<BanImportFault>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var why = BanLine.Read(line, standard, now, zone, out var entries);
            if (why is not null)
                Fault(why);
            else
            {
                foreach (var entry in entries)
                {
                    if (bans.Add(Manual(entry, now)) is { } refusal)
                        Fault(refusal);
                    else
                        added++;
                }
            }
        }

        return new BanImportResult(added, refused, faults);

        void Fault(string why)
        {
            refused++;
            if (faults.Count < MaxFaults)
                faults.Add(new BanImportFault(number, why));
        }
    }

    /// <summary>An operator's ban. He means the address whoever it belongs to, so the kernel may be told.</summary>
    public static Ban Manual(BanEntry entry, DateTimeOffset now) =>
        new(entry.Network, "manual", entry.Reason.Length == 0 ? "by an operator" : entry.Reason, now, entry.Until, 0, BanOrigin.Operator, IsDirect: true);
}
