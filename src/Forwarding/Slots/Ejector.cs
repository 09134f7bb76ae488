using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Weir.Forwarding.Slots;

/// <summary>
/// Leaves out a server whose connections fail, tries it with a bare TCP connection until one succeeds, and lets it back
/// through slow start. No request is spent on finding out.
/// </summary>
internal sealed partial class Ejector(Func<EjectionOptions> options, SlowStart slowStart, TimeProvider clock, ILogger<Ejector> logger) : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Notes a failed connection; ejects the server when there were too many in a row.</summary>
    public void ConnectFailed(ServerSlots server)
    {
        var failures = server.Health.ConnectFailed();
        var limit = options().Failures;
        if (limit == 0 || failures < limit || !server.Health.TryEject())
            return;
        LogEjected(server.Address, failures);
        _ = ProbeAsync(server);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task ProbeAsync(ServerSlots server)
    {
        var pause = options().ProbeInterval;
        var since = clock.GetTimestamp();
        try
        {
            do
            {
                await Task.Delay(pause, clock, _stopping.Token);
                var longest = options().MaxProbeInterval;
                pause = pause * 2 < longest ? pause * 2 : longest;
            }
            while (!await ConnectsAsync(new Uri(server.Address)));
        }
        catch (OperationCanceledException)
        {
            return;
        }

        LogReturned(server.Address, clock.GetElapsedTime(since).TotalSeconds);
        slowStart.Begin(server);
        server.Readmit();
    }

    private async Task<bool> ConnectsAsync(Uri address)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        timeout.CancelAfter(ConnectTimeout);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address.IdnHost, address.Port, timeout.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !_stopping.IsCancellationRequested))
        {
            return false;
        }
    }

    [LoggerMessage(1001, LogLevel.Warning, "{Server} is left out after {Failures} failed connections in a row.")]
    private partial void LogEjected(string server, int failures);

    [LoggerMessage(1002, LogLevel.Information, "{Server} accepts connections again after {Seconds:F1} s and starts slowly.")]
    private partial void LogReturned(string server, double seconds);
}
