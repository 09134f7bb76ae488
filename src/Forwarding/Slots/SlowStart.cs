namespace Weir.Forwarding.Slots;

/// <summary>
/// Opens a server's slots little by little after it came back, so that cold caches and fresh processes are not hit by
/// their full share at once: from a tenth, at least one slot, to all of them in a straight line.
/// </summary>
internal sealed class SlowStart(Func<TimeSpan> duration, TimeProvider clock) : IDisposable
{
    private const double First = 0.1;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly Dictionary<ServerSlots, long> _since = [];
    private ITimer? _timer;

    /// <summary>Starts, or starts again.</summary>
    public void Begin(ServerSlots server)
    {
        if (duration() <= TimeSpan.Zero)
            return;
        lock (_lock)
        {
            _since[server] = clock.GetTimestamp();
            _timer ??= clock.CreateTimer(static s => ((SlowStart)s!).Advance(), this, Step, Step);
            // Under the lock, or a step of an older ramp could come after it. Lines never call here under theirs.
            server.StartFraction = First;
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Advance()
    {
        List<(ServerSlots Server, double Fraction)> now = [];
        lock (_lock)
        {
            var whole = duration();
            foreach (var (server, since) in _since)
            {
                var done = whole <= TimeSpan.Zero ? 1 : clock.GetElapsedTime(since) / whole;
                now.Add((server, done >= 1 ? 1 : First + ((1 - First) * done)));
            }

            foreach (var (server, fraction) in now)
            {
                if (fraction >= 1)
                    _since.Remove(server);
            }

            if (_since.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }

            foreach (var (server, fraction) in now)
                server.StartFraction = fraction;
        }
    }
}
