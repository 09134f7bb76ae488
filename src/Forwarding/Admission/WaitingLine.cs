namespace Weir.Forwarding.Admission;

/// <summary>One cluster's line at an instant.</summary>
/// <param name="ClusterId">YARP's cluster id.</param>
/// <param name="Waiting">Requests waiting.</param>
/// <param name="Bytes">Memory charged by them.</param>
/// <param name="OldestWait">How long the oldest has waited.</param>
/// <param name="NewestFirst">True while the newest is served first.</param>
/// <param name="Policy">The balancing policy's name.</param>
public sealed record WaitingLine(string ClusterId, int Waiting, long Bytes, TimeSpan OldestWait, bool NewestFirst, string Policy);
