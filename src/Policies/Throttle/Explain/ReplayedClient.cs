using System.Net;

namespace Weir.Policies.Throttle.Explain;

/// <summary>A client of a log that would have been refused something.</summary>
/// <param name="Client">Its address as in the log.</param>
/// <param name="Refused">Requests that would have been refused, those while blocked included.</param>
/// <param name="First">When the first of them came.</param>
/// <param name="FirstReason">Why it would have been refused, as the reason in an answer.</param>
/// <param name="FirstPath">What it asked for.</param>
public sealed record ReplayedClient(IPAddress Client, long Refused, DateTimeOffset First, string FirstReason, string FirstPath);
