using System.Net;

namespace Weir.Policies.Contracts;

/// <summary>The list of bans. Implemented by the Jail slice.</summary>
public interface IBans
{
    /// <summary>Number of bans in force.</summary>
    int Count { get; }

    /// <summary>The ban that an address is under; null for none. Does not allocate; costs a look-up in a hash table when nothing but clients is banned.</summary>
    Ban? Find(IPAddress? address);

    /// <summary>Adds a ban, or replaces that of the same network when the new one ends later; one of a replica, by more than a second.</summary>
    /// <returns>Why not, as a sentence: a trusted proxy, an ignored network, one that is too large, the list is full; null when it is in force.</returns>
    string? Add(Ban ban);

    /// <summary>Lifts the ban of exactly this network.</summary>
    /// <param name="by">Who lifts it; <see cref="BanOrigin.Replica"/> is not told to the replicas again.</param>
    /// <returns>The ban that was lifted; null when there was none.</returns>
    Ban? Remove(IPNetwork network, BanOrigin by);

    /// <summary>A copy, newest first.</summary>
    IReadOnlyList<Ban> List();
}
