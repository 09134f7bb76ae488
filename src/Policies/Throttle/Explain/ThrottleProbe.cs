using System.Net;

namespace Weir.Policies.Throttle.Explain;

/// <summary>A request that was not sent, or of which only a log's line is left.</summary>
/// <param name="Client">Its client.</param>
/// <param name="ClientKey">The number that the client counts under, see <see cref="Contracts.IClientRules.KeyOf"/>.</param>
/// <param name="Method">In capitals.</param>
/// <param name="Host">With or without port.</param>
/// <param name="Path">Decoded, without query.</param>
/// <param name="Query">With its question mark; empty for none.</param>
/// <param name="Route">Id of YARP's route; null for none or not known.</param>
public sealed record ThrottleProbe(IPAddress Client, ulong ClientKey, string Method, string Host, string Path, string Query = "", string? Route = null);
