using System.Net;

namespace Weir.Support.Load;

/// <summary>A closed loop: every connection sends its next request as soon as the last one is answered or given up.</summary>
public sealed record LoadOptions
{
    public required IPEndPoint Target { get; init; }

    /// <summary>Keep-alive connections, each with one request at a time.</summary>
    public int Connections { get; init; } = 1;

    /// <summary>Addresses to bind to before connecting, taken in turn by the connections; empty lets the system choose.</summary>
    public IReadOnlyList<IPAddress> LocalAddresses { get; init; } = [];

    public string Method { get; init; } = "GET";

    /// <summary>Path and query.</summary>
    public string Path { get; init; } = "/";

    /// <summary>Host header; null sends the target's address.</summary>
    public string? Host { get; init; }

    /// <summary>Further header lines, each ended by CRLF.</summary>
    public string Headers { get; init; } = "";

    /// <summary>Request body; sent with its Content-Length when not empty.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>Per request, with its connect; past it the client closes its connection and starts over on a new one.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Requests are started for this long, unless cancelled before.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Start of the run that <see cref="LoadResult.SteadyPerSecond"/> leaves out.</summary>
    public TimeSpan WarmUp { get; init; }

    /// <summary>The connections start evenly over this time.</summary>
    public TimeSpan RampUp { get; init; }

    /// <summary>Pause of a connection between an answer and its next request; 0 for none.</summary>
    public TimeSpan ThinkTime { get; init; }

    /// <summary>Pause before a connection tries again after it was refused.</summary>
    public TimeSpan RefusedPause { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// True waits for the requests in flight at the end, each up to its time-out; false cuts them off uncounted.
    /// </summary>
    public bool Drain { get; init; } = true;
}
