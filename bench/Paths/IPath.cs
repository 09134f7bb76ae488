using System.Net;

namespace Weir.Bench.Paths;

/// <summary>A way from the client to the Apache: a proxy process, or nothing.</summary>
internal interface IPath : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Where the client connects to.</summary>
    IPEndPoint EndPoint { get; }

    /// <summary>The proxy's process; null when there is none.</summary>
    int? Pid { get; }
}
