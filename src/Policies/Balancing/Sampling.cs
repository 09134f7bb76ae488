using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>
/// The better of two random servers: nearly as even as asking all of them, at a constant price (Mitzenmacher, "The Power of
/// Two Choices in Randomized Load Balancing"). Small farms are asked whole, because there two samples often miss the one
/// server that is free.
/// </summary>
internal static class Sampling
{
    /// <summary>Farms up to this size are compared whole: some 5 ns a server.</summary>
    public const int CompareAllUpTo = 16;

    /// <summary>The member with the lowest score among those with room, equal ones at random; null when none has room.</summary>
    /// <param name="members">Whom to choose from.</param>
    /// <param name="score">Lower is better.</param>
    /// <param name="candidate">Whom to leave out.</param>
    /// <param name="table">How likely each is sampled; null: all alike. Not needed up to <see cref="CompareAllUpTo"/> members.</param>
    public static ServerMember? Best<TScore, TCandidate>(ServerMember[] members, TScore score, TCandidate candidate, SampleTable? table = null)
        where TScore : struct, IScore
        where TCandidate : struct, ICandidate
    {
        if (members.Length <= CompareAllUpTo)
            return Scan(members, score, candidate);

        var first = Draw(members, table);
        var second = Draw(members, table);
        if (second == first)
            second = (first + 1 + Random.Shared.Next(members.Length - 1)) % members.Length;

        var (a, b) = (members[first], members[second]);
        return (candidate.Accepts(a), candidate.Accepts(b)) switch
        {
            // The order of the samples is random, so equal scores spread evenly.
            (true, true) => score.Of(second, b) < score.Of(first, a) ? b : a,
            (true, false) => a,
            (false, true) => b,
            (false, false) => Scan(members, score, candidate),
        };
    }

    private static int Draw(ServerMember[] members, SampleTable? table) => table?.Draw() ?? Random.Shared.Next(members.Length);

    private static ServerMember? Scan<TScore, TCandidate>(ServerMember[] members, TScore score, TCandidate candidate)
        where TScore : struct, IScore
        where TCandidate : struct, ICandidate
    {
        ServerMember? best = null;
        var lowest = double.PositiveInfinity;
        var equals = 0;
        for (var i = 0; i < members.Length; i++)
        {
            var member = members[i];
            if (!candidate.Accepts(member))
                continue;
            var of = score.Of(i, member);
            // The first one stands whatever its score: the limit may fall to 0 between the two looks.
            if (best is null || of < lowest)
            {
                (best, lowest, equals) = (member, of, 1);
            }
            // A reservoir of one: each of k equal servers ends up chosen with probability 1/k.
            else if (of.Equals(lowest) && Random.Shared.Next(++equals) == 0)
            {
                best = member;
            }
        }

        return best;
    }
}
