using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>A policy that compares two servers, sampled by weight, through one score.</summary>
internal abstract class SampledPolicy<TScore>(string name, PlainMembers plain, BalancingMetrics metrics) : SlotPolicy(name, plain, metrics)
    where TScore : struct, IScore
{
    private readonly ConditionalWeakTable<ClusterMembers, SampleTable> _tables = [];

    protected sealed override ServerMember? Choose(HttpContext context, ClusterMembers members)
    {
        var table = members.All.Length > Sampling.CompareAllUpTo ? _tables.GetValue(members, static m => new SampleTable(m.All)) : null;
        return Sampling.Best(members.All, default(TScore), default(HasRoom), table);
    }
}
