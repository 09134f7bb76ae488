using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Buffering;
using Weir.Forwarding.Connections;
using Weir.Forwarding.Http1;
using Weir.Forwarding.Tasks;
using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding.Upstream;

/// <summary>
/// One request and its answer: the head as written, the head as read, and where the request stands. Pooled; used by one request
/// at a time.
/// </summary>
internal sealed class Exchange
{
    /// <summary>Longer than any machine is up, and far from overflowing when added to a timestamp.</summary>
    public const long Never = long.MaxValue / 2;

    private UpstreamConnection? _connection;

    public HttpContext Context { get; private set; } = null!;

    public HttpTransformer Transformer { get; private set; } = null!;

    public TransformPlan Plan { get; private set; } = null!;

    public ForwardingRules Rules { get; private set; } = null!;

    public AdmissionTicket? Ticket { get; private set; }

    public TimeProvider Clock { get; private set; } = null!;

    /// <summary>Longest silence of the server, in timestamp units.</summary>
    public long ReadTicks { get; private set; }

    /// <summary>Longest time for a part of the request to be taken, in timestamp units.</summary>
    public long SendTicks { get; private set; }

    /// <summary>The end of all time for this exchange, as a timestamp; <see cref="long.MaxValue"/> for none.</summary>
    public long LastInstant { get; private set; }

    /// <summary>The head as it is sent, with a small body behind it.</summary>
    public HeadWriter Head { get; } = new();

    /// <summary>Bytes of the head alone. What is sent behind it is written behind it, so that the head is still whole for a second try.</summary>
    public int HeadLength { get; set; }

    /// <summary>The head as it was received.</summary>
    public ResponseHead Answer { get; } = new();

    /// <summary>How the request's body is sent.</summary>
    public RequestBody Body { get; set; }

    /// <summary>The body collected beforehand; null when there is none or it is sent as it comes.</summary>
    public ICollectedBody? Collected { get; private set; }

    /// <summary>True once bytes of a body that is not kept may have been sent.</summary>
    public bool HasStreamed { get; set; }

    /// <summary>The upload while it goes on beside the answer; null otherwise.</summary>
    public Task? Sending { get; set; }

    /// <summary>Why the client's body could not be read; null while it can.</summary>
    public Exception? UploadFault { get; set; }

    /// <summary>True when the request may be sent twice: idempotent, and its body, if any, still at hand.</summary>
    public bool MayRepeat =>
        Idempotent.Is(Method) && Upgrade is null && (Body == RequestBody.None || (Collected is not null && !HasStreamed));

    /// <summary>The method as it is sent; a transform may have changed the client's.</summary>
    public string Method { get; set; } = "";

    /// <summary>The protocols that the client asked to upgrade to, if that is passed on; null otherwise.</summary>
    public string? Upgrade { get; set; }

    /// <summary>The answer's body.</summary>
    public AnswerBody AnswerBody { get; } = new();

    /// <summary>What the client's leave would end; undone before the connection goes to someone else.</summary>
    public CancellationTokenRegistration Leaving { get; set; }

    /// <summary>The connection in use; null between tries.</summary>
    public UpstreamConnection? Connection => Volatile.Read(ref _connection);

    /// <summary>True once a byte of the answer has come.</summary>
    public bool HasAnswer { get; set; }

    /// <summary>True when the client left while the request was under way.</summary>
    public bool ClientGone => Context.RequestAborted.IsCancellationRequested;

    /// <summary>How it failed.</summary>
    public ForwarderError Error { get; private set; }

    /// <summary>Why it failed.</summary>
    public Exception? Cause { get; private set; }

    public bool IsHead => HttpMethods.IsHead(Method);

    public static Exchange Rent(
        HttpContext context, HttpTransformer transformer, TransformPlan plan, ForwardingRules rules, TimeSpan? activityTimeout, TimeProvider clock)
    {
        var exchange = ThreadPooled<Exchange>.Rent();
        exchange.Context = context;
        exchange.Transformer = transformer;
        exchange.Plan = plan;
        exchange.Rules = rules;
        exchange.Ticket = context.Features.Get<AdmissionTicket>();
        exchange.Clock = clock;
        exchange.Method = context.Request.Method;
        exchange.ReadTicks = exchange.Ticks(activityTimeout ?? rules.ReadTimeout);
        exchange.SendTicks = exchange.Ticks(rules.SendTimeout);
        exchange.Collected = context.Features.Get<ICollectedBody>();
        exchange.LastInstant = rules.TotalTimeout is { } total
            ? (exchange.Ticket?.FirstAdmittedAt ?? clock.GetTimestamp()) + exchange.Ticks(total)
            : long.MaxValue;
        return exchange;
    }

    /// <summary>Takes a connection for a try.</summary>
    public void Attach(UpstreamConnection connection)
    {
        Volatile.Write(ref _connection, connection);
        HasAnswer = false;
        Error = ForwarderError.None;
        Cause = null;
    }

    /// <summary>The server must do something within its time from now.</summary>
    public void Expect(long ticks)
    {
        if (Connection is { } connection)
            connection.Deadline = Math.Min(Clock.GetTimestamp() + ticks, LastInstant);
    }

    /// <summary>The server is through with this request: its slot goes to the next, and its connection to the pool or to its end.</summary>
    /// <param name="mayReuse">True when nothing is left on the connection.</param>
    public void ServerDone(bool mayReuse)
    {
        var connection = Interlocked.Exchange(ref _connection, null);
        // An upload that goes on, or broke off, leaves the server with half a request.
        var isQuiet = StopWatchingClient() && Sending is not { IsCompletedSuccessfully: false };
        if (connection is not null)
        {
            if (mayReuse && isQuiet && connection.UnreadLength == 0)
                connection.Pool.Return(connection);
            else
                Discard(connection);
        }

        // An upload that is still under way reads it; the request's end gives it back then.
        if (Sending is not { IsCompleted: false })
            Collected?.Release();
        Ticket?.Answered(Clock);
    }

    /// <summary>False when the client's leave has closed the connection, or is about to.</summary>
    public bool StopWatchingClient()
    {
        var leaving = Leaving;
        Leaving = default;
        return leaving == default || leaving.Unregister() || !leaving.Token.IsCancellationRequested;
    }

    /// <summary>Ends the connection of a failed try.</summary>
    public void Drop()
    {
        StopWatchingClient();
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
            Discard(connection);
    }

    /// <summary>
    /// Closes a connection if it is still this exchange's, from another thread than the one that works on it; one that was given
    /// back may serve someone else already.
    /// </summary>
    public void Abandon(UpstreamConnection connection)
    {
        // Its buffer may be in use.
        if (Interlocked.CompareExchange(ref _connection, null, connection) == connection)
            connection.Close();
    }

    /// <summary>Notes a failure.</summary>
    public ExchangeResult Fail(ForwarderError error, Exception cause)
    {
        (Error, Cause) = (error, cause);
        return ExchangeResult.Failed;
    }

    /// <summary>A time in timestamp units; none (YARP's <c>InfiniteTimeSpan</c>) is longer than anything lasts.</summary>
    public long Ticks(TimeSpan time) => time <= TimeSpan.Zero ? Never : (long)(time.TotalSeconds * Clock.TimestampFrequency);

    /// <summary>Gives everything back.</summary>
    public void End()
    {
        Drop();
        Head.Release();
        Answer.End();
        Context = null!;
        Transformer = null!;
        Plan = null!;
        Rules = null!;
        Ticket = null;
        Clock = null!;
        Cause = null;
        Collected = null;
        UploadFault = null;
        Sending = null;
        HasStreamed = false;
        HasAnswer = false;
        Body = RequestBody.None;
        Upgrade = null;
        ThreadPooled<Exchange>.Return(this);
    }

    // The buffer goes back only when no operation can be under way on it: the one that used it has ended by now.
    private static void Discard(UpstreamConnection connection)
    {
        connection.Close();
        connection.ReleaseBuffer();
    }
}
