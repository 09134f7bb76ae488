using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Weir.Forwarding.Slots;

/// <summary>
/// Leaves out a server whose connections fail, tries it with a bare TCP connection until one succeeds, and lets it back
/// through slow start. No request is spent on finding out.
/// </summary>
internal sealed partial class Ejector(
    Func<EjectionOptions> options, ServerDirectory servers, SlowStart slowStart, TimeProvider clock, ILogger<Ejector> logger) : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Notes a failed connection or an unanswered request; ejects the server when there were too many in a row.</summary>
    public void Failed(ServerSlots server)
    {
        var failures = server.Health.Failed();
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
        // A stopped process still has its port open: one that comes back without answering waits longer each time.
        var pause = server.Health.ProbePause > options().ProbeInterval ? server.Health.ProbePause : options().ProbeInterval;
        var since = clock.GetTimestamp();
        try
        {
            do
            {
                await Task.Delay(pause, clock, _stopping.Token);
                var longest = options().MaxProbeInterval;
                pause = pause * 2 < longest ? pause * 2 : longest;
                server.Health.ProbePause = pause;
            }
            while (IsKnown(server) && !await ConnectsAsync(new Uri(server.Address)));
        }
        catch (OperationCanceledException)
        {
            return;
        }

        LogReturned(server.Address, clock.GetElapsedTime(since).TotalSeconds);
        slowStart.Begin(server);
        server.Readmit();
    }

    /// <summary>False once configuration has dropped the server: nobody would send it anything.</summary>
    private bool IsKnown(ServerSlots server) => servers.TryGet(server.Address, out var known) && known == server;

    private async Task<bool> ConnectsAsync(Uri address)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        timeout.CancelAfter(ConnectTimeout);
        try
        {
            // Inside: without a free descriptor the next probe finds out.
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(address.IdnHost, address.Port, timeout.Token);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !_stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(1001, LogLevel.Warning, "{Server} is left out after {Failures} failures in a row.")]
    private partial void LogEjected(string server, int failures);

    [LoggerMessage(1002, LogLevel.Information, "{Server} accepts connections again after {Seconds:F1} s and starts slowly.")]
    private partial void LogReturned(string server, double seconds);
}
