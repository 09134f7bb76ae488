namespace Weir.Forwarding.Connections;

/// <summary>How connections to one server are kept, from what is known of its MPM and settings.</summary>
/// <param name="IdleTimeout">An idle connection is closed after this; zero keeps none. Below the server's KeepAliveTimeout, or both ends may close at once.</param>
/// <param name="MaxRequests">Requests on one connection; 0 for no bound (the server's own <c>Connection: close</c> always counts).</param>
/// <param name="ClosesUnanswered">
/// True where the server may close a kept connection that carries a request (event, when a process has no idle worker): what may
/// not be sent twice goes on a fresh connection, or on one used within <paramref name="FreshFor"/>.
/// </param>
/// <param name="FreshFor">How long a connection counts as just used.</param>
public sealed record ConnectionRules(TimeSpan IdleTimeout, int MaxRequests, bool ClosesUnanswered, TimeSpan FreshFor)
{
    /// <summary>Time after its last answer in which a connection carries a request that may not be sent twice.</summary>
    public static readonly TimeSpan JustUsed = TimeSpan.FromMilliseconds(5);

    /// <summary>For a server about which nothing is known: as Apache ships (KeepAliveTimeout 5 s), and as careful as with event.</summary>
    public static ConnectionRules Unknown { get; } = ForKeepAlive(TimeSpan.FromSeconds(5), 0, closesUnanswered: true);

    /// <summary>
    /// The smaller of a second less and four fifths of the server's timeout; with a second or less a connection is never safe
    /// to use again.
    /// </summary>
    public static ConnectionRules ForKeepAlive(TimeSpan keepAliveTimeout, int maxRequests, bool closesUnanswered)
    {
        var second = TimeSpan.FromSeconds(1);
        var idle = keepAliveTimeout <= second ? TimeSpan.Zero : new TimeSpan(Math.Min((keepAliveTimeout - second).Ticks, keepAliveTimeout.Ticks * 4 / 5));
        return new ConnectionRules(idle, maxRequests, closesUnanswered, JustUsed);
    }
}
