using System.Net;

namespace Weir.Policies.Throttle.Judging;

/// <summary>What of a request decides which counters it touches.</summary>
/// <param name="client">Key of the client.</param>
/// <param name="address">Its address, for the networks of imported policies.</param>
/// <param name="method">As sent.</param>
/// <param name="host">As sent, with or without port.</param>
/// <param name="path">Decoded, beginning with a slash.</param>
/// <param name="query">With its question mark, or empty.</param>
/// <param name="route">Id of YARP's route; null for none.</param>
internal readonly ref struct ThrottleRequest(
    ulong client, IPAddress? address, string method, ReadOnlySpan<char> host, ReadOnlySpan<char> path, ReadOnlySpan<char> query, string? route)
{
    public ulong Client { get; } = client;

    public IPAddress? Address { get; } = address;

    public string Method { get; } = method;

    /// <summary>Without port.</summary>
    public ReadOnlySpan<char> Host { get; } = Matching.HostText.NameOf(host);

    public ReadOnlySpan<char> Path { get; } = path;

    public ReadOnlySpan<char> Query { get; } = query;

    public string? Route { get; } = route;
}
