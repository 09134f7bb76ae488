namespace Weir.Forwarding.Admission;

/// <summary>
/// Bounds retries to a share of the requests of the last ten seconds, so that retries never multiply an outage; a few are
/// always allowed, or a quiet site would have none. Ten buckets of a second; counts are exact, their edges are not.
/// </summary>
internal sealed class RetryBudget(TimeProvider clock)
{
    /// <summary>Retries per ten seconds that need no requests to earn them.</summary>
    public const int Always = 10;

    private const int Seconds = 10;
    private readonly Lock _lock = new();
    private readonly int[] _retries = new int[Seconds];
    private readonly int[] _requests = new int[Seconds];
    private long _second = -1;

    /// <summary>Counts a request.</summary>
    public void Request()
    {
        var second = Roll();
        Interlocked.Increment(ref _requests[second % Seconds]);
    }

    /// <summary>Takes a retry if one is left.</summary>
    /// <param name="share">Retries per request, 0..1.</param>
    public bool TryTake(double share)
    {
        if (share <= 0)
            return false;
        var second = Roll();
        lock (_lock)
        {
            if (_retries.Sum() >= Always + (share * _requests.Sum()))
                return false;
            _retries[second % Seconds]++;
            return true;
        }
    }

    /// <summary>Gives back a retry that found no server.</summary>
    public void GiveBack()
    {
        var second = Roll();
        lock (_lock)
            _retries[second % Seconds]--;
    }

    private long Roll()
    {
        var now = clock.GetTimestamp() / clock.TimestampFrequency;
        if (Volatile.Read(ref _second) == now)
            return now;
        lock (_lock)
        {
            for (var s = Math.Max(_second + 1, now - Seconds + 1); s <= now; s++)
            {
                _retries[s % Seconds] = 0;
                _requests[s % Seconds] = 0;
            }

            _second = Math.Max(_second, now);
        }

        return now;
    }
}
