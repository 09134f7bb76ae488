using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;

namespace Weir.Policies.Firewall;

/// <summary>
/// Keeps the kernel's list equal to the gateway's: whole after every connect, then in batches of changes, compared now and
/// then. Without the enforcer the bans hold at the gateway, and it is asked again with growing pauses.
/// </summary>
internal sealed class FirewallService(
    IOptionsMonitor<FirewallOptions> options, DesiredSet desired, IEnumerable<IBans> bans, IEnumerable<IOwnAddresses> own, FirewallStatus status,
    FirewallMetrics metrics, TimeProvider time, ILogger<FirewallService> logger) : BackgroundService
{
    /// <summary>The kernel counts whole seconds and a machine may be busy: ends that differ by less are equal.</summary>
    public static readonly TimeSpan EndTolerance = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan OffPause = TimeSpan.FromSeconds(1);

    private readonly IBans? _bans = bans.FirstOrDefault();
    private EnforcerClient? _client;
    private string _socket = "";
    private long _compared;
    private bool _changedRules;
    private bool _isOff;
    private int _refused;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.Entries = () => desired.Count;
        using var subscription = options.OnChange((_, _) => OnRulesChanged());
        foreach (var addresses in own)
            addresses.Changed += OnRulesChanged;
        var pause = FirstPause;
        try
        {
            while (true)
            {
                var settings = options.CurrentValue;
                if (!settings.Enabled)
                {
                    await TurnOffAsync(settings, stoppingToken);
                    await Task.Delay(OffPause, time, stoppingToken);
                    continue;
                }

                _isOff = false;

                try
                {
                    await TurnAsync(settings, stoppingToken);
                    pause = FirstPause;
                    await Task.Delay(settings.Tick, time, stoppingToken);
                }
                catch (Exception error) when (IsAway(error, stoppingToken))
                {
                    await AwayAsync(settings, error);
                    await Task.Delay(pause, time, stoppingToken);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The kernel's list stays: it ends by itself, and the next gateway finds it.
        }
        finally
        {
            foreach (var addresses in own)
                addresses.Changed -= OnRulesChanged;
            await CloseAsync();
        }
    }

    private void OnRulesChanged() => Volatile.Write(ref _changedRules, true);

    private async Task TurnAsync(FirewallOptions settings, CancellationToken cancel)
    {
        if (_client is not null && _socket != settings.Socket)
            await CloseAsync();
        if (_client is null)
        {
            _socket = settings.Socket;
            _client = await EnforcerClient.ConnectAsync(_socket, time, cancel);
            desired.EnforcerMax = _client.Max;
            Rebuild();
        }
        else if (Volatile.Read(ref _changedRules))
        {
            // Who is never dropped may have changed, and how many fit.
            Rebuild();
        }

        await SendAsync(_client, cancel);
        if (time.GetElapsedTime(_compared) >= settings.ReconcileInterval && status.State == FirewallState.Active)
            await CompareAsync(_client, cancel);
        if (status.Set(FirewallState.Active, time.GetUtcNow()))
        {
            _compared = time.GetTimestamp();
            FirewallLog.Active(logger, desired.Count, _socket);
        }
    }

    private void Rebuild()
    {
        Volatile.Write(ref _changedRules, false);
        if (_bans is not null)
            desired.Rebuild(_bans.List);
        else
            desired.Invalidate();
    }

    private async Task SendAsync(EnforcerClient client, CancellationToken cancel)
    {
        // More than one batch only after a burst; each is one transaction of the kernel. What comes meanwhile waits for the next tick.
        for (var more = true; more;)
        {
            var change = desired.Take(Protocol.MaxBatch);
            if (change.IsEmpty)
                return;
            try
            {
                await SendAsync(client, change, cancel);
                more = change.Clients.Count == Protocol.MaxBatch;
            }
            catch (ProtocolException error) when (change.Whole is null && error.Code is (Protocol.Failed or Protocol.Incomplete))
            {
                // Somebody else changed the table. The whole set goes through whatever it was.
                metrics.Batch("failed");
                metrics.Repair();
                FirewallLog.Replaced(logger, error.Message);
                desired.Invalidate();
            }
        }
    }

    private async Task SendAsync(EnforcerClient client, DesiredChange change, CancellationToken cancel)
    {
        var refused = 0;
        if (change.Whole is { } whole)
            refused += await client.SyncAsync(whole, cancel);
        if (change.Clients.Count > 0)
            refused += await client.ApplyAsync(change.Clients, cancel);
        if (change.Networks is { } networks)
            refused += await client.NetworksAsync(networks, cancel);
        metrics.Batch("ok");
        if (refused > 0)
        {
            metrics.LeftOut("enforcer", refused);
            FirewallLog.Refused(logger, refused);
        }

        _refused = change.Whole is null ? _refused + refused : refused;
    }

    private async Task CompareAsync(EnforcerClient client, CancellationToken cancel)
    {
        _compared = time.GetTimestamp();
        try
        {
            if (_bans is not null && desired.HasRoomForLeftOut)
            {
                desired.Refill(_bans.List);
                await SendAsync(client, cancel);
            }

            var listing = await client.ListAsync(cancel);
            status.DroppedPackets = listing.Packets;
            var (missing, surplus, other) = Difference.Between(desired.Snapshot(), listing.Elements, time.GetUtcNow(), EndTolerance);
            if (missing <= _refused && surplus == 0 && other == 0)
                return;
            FirewallLog.Repaired(logger, missing, surplus, other);
        }
        catch (ProtocolException error) when (error.Code is Protocol.Failed or Protocol.Incomplete)
        {
            FirewallLog.Replaced(logger, error.Message);
        }

        metrics.Repair();
        desired.Invalidate();
        await SendAsync(client, cancel);
    }

    // Once: what a gateway before this one left in the kernel goes too. Most machines have no enforcer, and that is no fault.
    private async Task TurnOffAsync(FirewallOptions settings, CancellationToken cancel)
    {
        if (_isOff)
            return;
        _isOff = true;
        var isOurs = _client is not null;
        try
        {
            _client ??= await EnforcerClient.ConnectAsync(settings.Socket, time, cancel);
            await _client.FlushAsync(cancel);
            FirewallLog.Emptied(logger, settings.Socket);
        }
        catch (Exception error) when (IsAway(error, cancel))
        {
            if (isOurs)
                FirewallLog.NotEmptied(logger, error.Message);
        }

        await CloseAsync();
        status.Set(FirewallState.Off, time.GetUtcNow());
    }

    private async Task AwayAsync(FirewallOptions settings, Exception error)
    {
        await CloseAsync();
        metrics.Batch("failed");
        var why = error is SocketException ? $"nobody answers at {settings.Socket} ({error.Message}). Is 'weir firewall enforce' running, and may this user open the socket?" : error.Message;
        if (status.Set(FirewallState.Away, time.GetUtcNow(), why))
            FirewallLog.Away(logger, why);
    }

    private async Task CloseAsync()
    {
        if (_client is { } client)
            await client.DisposeAsync();
        _client = null;
    }

    private static bool IsAway(Exception error, CancellationToken stopping) =>
        error is SocketException or IOException or ProtocolException || (error is OperationCanceledException && !stopping.IsCancellationRequested);
}
