using System.Runtime.CompilerServices;
using Weir.Policies.Jail.Bans;

namespace Weir.Policies.Jail.Offences;

/// <summary>
/// Counts offences of clients by jail within a sliding window. Bounded: 65,536 tallies of 136 B, 9 MB, made with the first offence.
/// When a place is needed the tally with the fewest offences among eight gives way, so that a flood of new addresses does
/// not wash away those that are close to a ban. Nothing is allocated after that; any thread.
/// </summary>
internal sealed class Tallies
{
    /// <summary>Most offences that one tally counts to.</summary>
    public const int MaxCount = 10_000;

    /// <summary>Tallies in all.</summary>
    public const int Capacity = Sets * Ways;

    private const int Sets = 8192;
    private const int Ways = 8;
    private const int Locks = 256;

    // A tally has so many slots: up to that many offences are counted exactly, more in slices of the window.
    private const int Slots = 16;

    private readonly Lock[] _locks = [.. Enumerable.Range(0, Locks).Select(_ => new Lock())];
    private readonly Lazy<Tally[]> _tallies = new(() => new Tally[Capacity]);

    /// <summary>Counts an offence.</summary>
    /// <param name="jail">Number of the jail, see <see cref="JailNumbers"/>.</param>
    /// <param name="now">Seconds since 1970.</param>
    /// <param name="window">Seconds.</param>
    /// <param name="limit">Offences in the window that are enough.</param>
    /// <returns>Offences in the window, this one included; when they are enough the tally starts anew.</returns>
    public int Add(int jail, NetworkKey client, uint now, uint window, int limit)
    {
        var set = SetOf(jail, client);
        lock (_locks[set % Locks])
        {
            ref var tally = ref Find(set, jail, client, now);
            tally.Trim(now, window);
            var count = tally.Add(now, limit <= Slots ? 0 : (window + Slots - 1) / Slots);
            if (count >= limit)
                tally = default;
            return count;
        }
    }

    /// <summary>Offences in the window; counts nothing.</summary>
    public int Peek(int jail, NetworkKey client, uint now, uint window)
    {
        if (!_tallies.IsValueCreated)
            return 0;
        var set = SetOf(jail, client);
        lock (_locks[set % Locks])
        {
            foreach (ref var tally in _tallies.Value.AsSpan(set * Ways, Ways))
            {
                if (!tally.Is(jail, client))
                    continue;
                var copy = tally;
                copy.Trim(now, window);
                return copy.Total;
            }
        }

        return 0;
    }

    // HashCode is seeded per process: nobody outside can aim at one set.
    private static int SetOf(int jail, NetworkKey client) => (int)((uint)HashCode.Combine(client, jail) % Sets);

    private ref Tally Find(int set, int jail, NetworkKey client, uint now)
    {
        var ways = _tallies.Value.AsSpan(set * Ways, Ways);
        var poorest = 0;
        for (var i = 0; i < Ways; i++)
        {
            if (ways[i].Is(jail, client))
                return ref ways[i];
            if (ways[i].Worth(now) < ways[poorest].Worth(now))
                poorest = i;
        }

        ways[poorest] = default;
        ways[poorest].Take(jail, client);
        return ref ways[poorest];
    }

    private struct Tally
    {
        private NetworkKey _client;
        private int _jail;
        private byte _used;
        private uint _window;
        private Times _times;
        private Counts _counts;

        public int Total { get; private set; }

        // Number 0 is nobody's.
        public readonly bool Is(int jail, NetworkKey client) => _jail == jail && _client == client;

        public void Take(int jail, NetworkKey client) => (_jail, _client) = (jail, client);

        /// <summary>What would be lost with it: nothing once its last offence is out of the window; then the fewest, then the oldest.</summary>
        public readonly long Worth(uint now)
        {
            if (_used == 0)
                return -1;
            var last = _times[_used - 1];
            return now > last && now - last >= _window ? 0 : ((long)Total << 32) + last;
        }

        public void Trim(uint now, uint window)
        {
            _window = window;
            var gone = 0;
            while (gone < _used && now > _times[gone] && now - _times[gone] >= window)
                gone++;
            if (gone > 0)
                Shift(gone);
        }

        /// <param name="slice">Seconds that one slot spans; 0 gives each offence a slot of its own.</param>
        public int Add(uint now, uint slice)
        {
            // Lines of a file may be out of order by a little.
            if (_used > 0)
                now = Math.Max(now, _times[_used - 1]);
            if (_used > 0 && slice > 0 && now - _times[_used - 1] < slice && _counts[_used - 1] < ushort.MaxValue)
            {
                _counts[_used - 1]++;
                return ++Total;
            }

            if (_used == Slots)
                Shift(1);
            _times[_used] = now;
            _counts[_used++] = 1;
            return ++Total;
        }

        private void Shift(int by)
        {
            for (var i = 0; i < by; i++)
                Total -= _counts[i];
            for (var i = by; i < _used; i++)
            {
                _times[i - by] = _times[i];
                _counts[i - by] = _counts[i];
            }

            _used -= (byte)by;
        }
    }

    [InlineArray(Slots)]
    private struct Times
    {
        private uint _first;
    }

    [InlineArray(Slots)]
    private struct Counts
    {
        private ushort _first;
    }
}
