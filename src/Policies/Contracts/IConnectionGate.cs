using System.Net;

namespace Weir.Policies.Contracts;

/// <summary>
/// Has a say before a connection costs anything: asked once per connection, after the PROXY protocol and before TLS, never for
/// trusted proxies. All registered gates are asked in turn; the first no closes the connection without an answer.
/// </summary>
public interface IConnectionGate
{
    /// <summary>A word of the code for metrics, in lower case with underscores.</summary>
    string Name => "gate";

    /// <summary>Whether a connection may go on. Does not block; any thread.</summary>
    /// <param name="client">The peer, or the client that a listed peer named by the PROXY protocol.</param>
    /// <param name="key">Its number, see <see cref="IClientRules.KeyOf"/>.</param>
    /// <param name="isDirect">The client is the connection's own peer, see <see cref="IClientFeature.IsDirect"/>.</param>
    GateAnswer Open(IPAddress client, ulong key, bool isDirect);

    /// <summary>A connection that was <see cref="GateAnswer.Counted"/> has ended. The key is the one that it was counted under.</summary>
    void Closed(ulong key);
}
