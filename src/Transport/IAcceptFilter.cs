using System.Net;

namespace Weir.Transport;

/// <summary>
/// Turns peers away straight after they were accepted, before anything is made for them: the socket is reset. Asked on the event
/// loops; must neither block nor throw.
/// </summary>
public interface IAcceptFilter
{
    /// <summary>False spares the question: nobody is to be turned away at present.</summary>
    bool IsActive { get; }

    /// <summary>False turns the peer away.</summary>
    /// <param name="peer">Its address; IPv4 inside IPv6 as IPv4. Peers without one (Unix sockets) are not asked for.</param>
    bool Admits(IPAddress peer);
}
