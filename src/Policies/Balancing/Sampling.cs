using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>
/// The better of two random servers: nearly as even as asking all of them, at a constant price (Mitzenmacher, "The Power of
/// Two Choices in Randomized Load Balancing"). Small farms are asked whole, because there two samples often miss the one
/// server that is free.
/// </summary>
internal static class Sampling
{
    /// <summary>Farms up to this size are compared whole; the cost is that of the two samples' random numbers.</summary>
    private const int CompareAllUpTo = 4;

    /// <summary>The member with the lowest score among those with room, equal ones at random; null when none has room.</summary>
    public static ServerMember? Best<TScore>(ServerMember[] members, TScore score)
        where TScore : struct, IScore
        => Best(members, score, default(HasRoom));

    /// <inheritdoc cref="Best{TScore}(ServerMember[], TScore)" />
    public static ServerMember? Best<TScore, TCandidate>(ServerMember[] members, TScore score, TCandidate candidate)
        where TScore : struct, IScore
        where TCandidate : struct, ICandidate
    {
        if (members.Length <= CompareAllUpTo)
            return Scan(members, score, candidate);

        var first = Random.Shared.Next(members.Length);
        var second = Random.Shared.Next(members.Length - 1);
        if (second >= first)
            second++;

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
            if (of < lowest)
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
