using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>How bad a server is for the next request; lower is better. A struct, so that the call is direct and boxes nothing.</summary>
internal interface IScore
{
    double Of(int index, ServerMember member);
}
