namespace Weir.Forwarding.Admission;

/// <summary>
/// Learns how long clients wait before they give up, from those that do: the tenth percentile of their ages, per second,
/// while at least one in twenty gives up. What was learned doubles each second without such evidence, and so fades.
/// Bounded: <see cref="Samples"/> ages. Not safe for concurrent use.
/// </summary>
internal sealed class Patience(long ticksPerSecond)
{
    /// <summary>Ages kept per window; the tenth percentile of 64 is good to a few per cent when clients share a time-out.</summary>
    public const int Samples = 64;

    /// <summary>Less is a click on the stop button or a prober, not how long visitors wait.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(500);

    private const int Fewest = 5;
    private const int OneIn = 20;
    private readonly long[] _ages = new long[Samples];
    private long _windowEnds = long.MinValue;
    private int _gaveUp;
    private int _served;
    private long _learned = long.MaxValue;

    /// <summary>Half of the learned patience, or <see cref="long.MaxValue"/> while nothing is known.</summary>
    public long HalfAt(long now)
    {
        Roll(now);
        return _learned == long.MaxValue ? long.MaxValue : _learned / 2;
    }

    public void GaveUp(long now, long age)
    {
        Roll(now);
        _ages[_gaveUp++ % Samples] = age;
    }

    public void Served(long now)
    {
        Roll(now);
        _served++;
    }

    private void Roll(long now)
    {
        if (now < _windowEnds)
            return;
        if (_gaveUp >= Fewest && (long)_gaveUp * OneIn >= _served)
        {
            var ages = _ages.AsSpan(0, Math.Min(_gaveUp, Samples));
            ages.Sort();
            _learned = Math.Max(ages[ages.Length / 10], (long)(Least.TotalSeconds * ticksPerSecond));
        }
        else if (_learned != long.MaxValue)
        {
            // After about ten quiet seconds even a patience of 10 ms is past any target.
            var quiet = Math.Max(1, (now - _windowEnds) / ticksPerSecond + 1);
            for (var i = 0; i < quiet && _learned != long.MaxValue; i++)
                _learned = _learned > long.MaxValue / 4 || _learned > 1200 * ticksPerSecond ? long.MaxValue : _learned * 2;
        }

        _gaveUp = 0;
        _served = 0;
        _windowEnds = now + ticksPerSecond;
    }
}
