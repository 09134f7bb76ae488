using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Weir.Policies.Contracts;

namespace Weir.Gateway.Listeners.ProxyProtocol;

/// <summary>Takes the PROXY header off a new connection and makes its client the connection's peer.</summary>
internal sealed class ProxyProtocolReading(
    IProxyProtocolRules rules, IClientRules clients, ListenerMetrics metrics, TimeProvider time, ILogger<ProxyProtocolReading> logger,
    IOffences? offences = null)
{
    /// <summary>True when connections to the endpoint begin with a header.</summary>
    public bool IsSpokenOn(string? endpoint) => rules.IsSpokenOn(endpoint);

    /// <summary>False when the connection was closed.</summary>
    public async ValueTask<bool> TakeHeaderAsync(ConnectionContext connection)
    {
        var peer = connection.RemoteEndPoint;
        if (!rules.MaySend((peer as IPEndPoint)?.Address))
            return Refuse(connection, ProxyRefusal.NotListed);
        var (header, refusal) = await ReadAsync(connection.Transport.Input);
        if (refusal is { } reason)
            return Refuse(connection, reason);
        switch (header.Kind)
        {
            case ProxyHeaderKind.Client:
                connection.Features.Set<IProxiedPeerFeature>(new ProxiedPeer(peer));
                connection.RemoteEndPoint = header.Source;
                return true;
            case ProxyHeaderKind.Nameless:
                connection.Features.Set<IProxiedPeerFeature>(new ProxiedPeer(peer));
                connection.RemoteEndPoint = NamelessEndPoint.Instance;
                return true;
            case ProxyHeaderKind.Peer:
                return true;
            default:
                // Closed before it said anything: a load balancer's look whether the port is open.
                connection.Abort();
                return false;
        }
    }

    private async ValueTask<(ProxyHeader Header, ProxyRefusal? Refusal)> ReadAsync(PipeReader input)
    {
        CancellationTokenSource? timeout = null;
        try
        {
            while (true)
            {
                if (!input.TryRead(out var read))
                {
                    timeout ??= new CancellationTokenSource(rules.HeaderTimeout, time);
                    read = await input.ReadAsync(timeout.Token);
                }

                var buffer = read.Buffer;
                var header = Read(buffer);
                if (header.Bytes > 0)
                {
                    input.AdvanceTo(buffer.GetPosition(header.Bytes));
                    return (header, null);
                }

                if (header.Kind != ProxyHeaderKind.Incomplete)
                {
                    input.AdvanceTo(buffer.Start);
                    return (header, RefusalOf(header.Kind));
                }

                var isEmpty = buffer.IsEmpty;
                input.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted || read.IsCanceled)
                    return (header, isEmpty ? null : ProxyRefusal.Ended);
            }
        }
        catch (OperationCanceledException)
        {
            return (default, ProxyRefusal.Timeout);
        }
        catch (IOException)
        {
            return (default, null);
        }
        finally
        {
            timeout?.Dispose();
        }
    }

    private static ProxyHeader Read(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsSingleSegment)
            return ProxyHeaderReader.Read(buffer.FirstSpan);
        var length = (int)Math.Min(buffer.Length, ProxyHeaderReader.MaxBytes);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        buffer.Slice(0, length).CopyTo(rented);
        var header = ProxyHeaderReader.Read(rented.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(rented);
        return header;
    }

    private static ProxyRefusal RefusalOf(ProxyHeaderKind kind) => kind switch
    {
        ProxyHeaderKind.TooLong => ProxyRefusal.TooLong,
        ProxyHeaderKind.Checksum => ProxyRefusal.Checksum,
        ProxyHeaderKind.Datagram => ProxyRefusal.Datagram,
        _ => ProxyRefusal.Malformed,
    };

    private bool Refuse(ConnectionContext connection, ProxyRefusal reason)
    {
        metrics.ProxyRefused(reason);
        logger.ProxyRefused(connection.RemoteEndPoint, reason);
        // A listed sender's fault is nobody's offence: it is trusted, and all its clients would pay.
        if (offences is not null && (connection.RemoteEndPoint as IPEndPoint)?.Address is { } peer && !clients.IsTrusted(peer))
            offences.Report(peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer, isDirect: true, OffenceKind.Connection, "proxy_header");
        connection.Abort();
        return false;
    }
}
