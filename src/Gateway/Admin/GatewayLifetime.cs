using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Weir.Forwarding.Slots;

namespace Weir.Gateway.Admin;

/// <summary>
/// Signals and the end of the process, in place of the host's console lifetime, which would close the listener at once.
/// SIGTERM and SIGQUIT: not ready, serve on for the drain delay, then close and finish. SIGINT (Ctrl-C): without the delay.
/// A second signal is left to the system's default action, which ends the process.
/// </summary>
internal sealed class GatewayLifetime(
    IHostApplicationLifetime application,
    IOptionsMonitor<ShutdownOptions> options,
    GatewayState state,
    SystemdNotifier systemd,
    ServerDirectory servers,
    TimeProvider time,
    ILogger<GatewayLifetime> logger) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly List<CancellationTokenRegistration> _events = [];
    private ITimer? _delay;
    private int _signalled;

    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
            _signals.Add(PosixSignalRegistration.Create(signal, context => context.Cancel = OnSignal(context.Signal)));
        _events.Add(application.ApplicationStarted.Register(OnStarted));
        _events.Add(application.ApplicationStopping.Register(BeginDrain));
        return Task.CompletedTask;
    }

    /// <summary>Called by the host after every service has stopped or the time is over.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        var left = servers.All.Sum(s => s.InFlight);
        if (left > 0)
            AdminLog.CutOff(logger, left, options.CurrentValue.Timeout);
        else
            AdminLog.Drained(logger);
        return Task.CompletedTask;
    }

    /// <summary>Takes the first signal; false leaves a later one to the default action.</summary>
    internal bool OnSignal(PosixSignal signal)
    {
        if (Interlocked.Exchange(ref _signalled, 1) != 0)
            return false;
        var delay = signal == PosixSignal.SIGINT ? TimeSpan.Zero : options.CurrentValue.DrainDelay;
        AdminLog.Signalled(logger, signal, delay);
        BeginDrain();
        if (delay == TimeSpan.Zero)
            application.StopApplication();
        else
            _delay = time.CreateTimer(static a => ((IHostApplicationLifetime)a!).StopApplication(), application, delay, Timeout.InfiniteTimeSpan);
        return true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _signals.ForEach(s => s.Dispose());
        _events.ForEach(e => e.Dispose());
        _delay?.Dispose();
    }

    private void OnStarted()
    {
        state.Started();
        systemd.Notify("READY=1\nSTATUS=Serving.");
    }

    private void BeginDrain()
    {
        if (state.IsDraining)
            return;
        state.Drain();
        systemd.Notify("STOPPING=1\nSTATUS=Draining.");
    }
}
