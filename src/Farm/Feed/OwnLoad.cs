namespace Weir.Farm.Feed;

/// <summary>The most that this gateway had on a server over some time.</summary>
internal readonly record struct OwnLoad(int InFlight, int Connections)
{
    public OwnLoad Max(OwnLoad other) => new(Math.Max(InFlight, other.InFlight), Math.Max(Connections, other.Connections));
}
