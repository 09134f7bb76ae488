using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;

namespace Weir.Policies.Jail.Live;

/// <summary>
/// Requests on their way to the live jails. Bounded in number and bytes, in all and for each client; what finds no room is not
/// judged, and counted.
/// </summary>
internal sealed class LiveQueue(IOptions<JailOptions> options, IClientRules clients, TimeProvider time, JailMetrics metrics)
{
    /// <summary>Bytes that a request may need on average; the queue has room for so many for each of its places, 16 MB by default.</summary>
    public const int BytesPerRequest = 2048;

    /// <summary>One client has this part of the bytes, and so of the places: it is banned long before, and others are still judged.</summary>
    public const int Shares = 32;

    /// <summary>Least bytes of a small queue: a client's share holds the largest request.</summary>
    private const int LeastBytes = 1 << 20;

    // Clients that fall on one number share one part; the number cannot be foreseen.
    private const int Clients = 4096;
    private const int FixedBytes = 256;
    private const int MaxMethod = 256;

    private readonly Channel<Entry> _requests = Channel.CreateBounded<Entry>(
        new BoundedChannelOptions(options.Value.Fail2ban.LiveQueue) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly long _maxBytes = Math.Max(LeastBytes, (long)options.Value.Fail2ban.LiveQueue * BytesPerRequest);
    private readonly long[] _clientBytes = new long[Clients];
    private long _bytes;
    private volatile bool _isWanted;

    /// <summary>True while a jail judges live traffic.</summary>
    public bool IsWanted
    {
        get => _isWanted;
        set => _isWanted = value;
    }

    /// <summary>Bytes that wait, as they are reckoned.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <param name="written">Bytes of the answer's body.</param>
    public void Add(HttpContext context, IClientFeature client, long written)
    {
        if (!_isWanted || client.Address is not { } address)
            return;
        var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        // The server drops what is written to these.
        if (HttpMethods.IsHead(request.Method) || context.Response.StatusCode is 204 or 304)
            written = 0;
        var headers = request.Headers;
        Add(new AnsweredRequest(
            address, client.IsDirect, time.GetUtcNow(), request.Method, request.RawTarget, ProtocolOf(request.Protocol), context.Response.StatusCode,
            written, headers.Referer, headers.UserAgent));
    }

    public void Add(in AnsweredRequest request)
    {
        // No more is kept than the line will have.
        var kept = request with
        {
            Method = Cut(request.Method, MaxMethod),
            Target = Cut(request.Target, AccessLine.MaxTarget),
            Referer = Cut(request.Referer, AccessLine.MaxReferer),
            UserAgent = Cut(request.UserAgent, AccessLine.MaxUserAgent),
        };
        var chars = kept.Method.Length + kept.Target.Length + (kept.Referer?.Length ?? 0) + (kept.UserAgent?.Length ?? 0);
        var bytes = Math.Max(BytesPerRequest, FixedBytes + (sizeof(char) * chars));
        // HashCode is seeded per process.
        var entry = new Entry(kept, (int)((uint)HashCode.Combine(clients.KeyOf(kept.Address)) % Clients), bytes);
        var all = Interlocked.Add(ref _bytes, bytes);
        var its = Interlocked.Add(ref _clientBytes[entry.Client], bytes);
        if (all <= _maxBytes && its <= _maxBytes / Shares && _requests.Writer.TryWrite(entry))
            return;
        Release(entry);
        metrics.LineDropped();
    }

    /// <summary>Takes the next request. One reader only.</summary>
    public bool TryRead(out AnsweredRequest request)
    {
        var isThere = _requests.Reader.TryRead(out var entry);
        request = entry.Request;
        if (isThere)
            Release(entry);
        return isThere;
    }

    /// <summary>Waits until there is one.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken stop) => _requests.Reader.WaitToReadAsync(stop);

    // As Apache writes it.
    private static string ProtocolOf(string protocol) => protocol switch
    {
        "HTTP/2" => "HTTP/2.0",
        "HTTP/3" => "HTTP/3.0",
        _ => protocol,
    };

    [return: NotNullIfNotNull(nameof(text))]
    private static string? Cut(string? text, int most) => text?.Length > most ? text[..most] : text;

    private void Release(in Entry entry)
    {
        Interlocked.Add(ref _bytes, -entry.Bytes);
        Interlocked.Add(ref _clientBytes[entry.Client], -entry.Bytes);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(AnsweredRequest Request, int Client, int Bytes);
}
