namespace Weir.Policies.Balancing;

/// <summary>What of a request decides its place on the ring.</summary>
internal enum HashKeyKind
{
    Address,
    Header,
    Cookie,
    Path,
}
