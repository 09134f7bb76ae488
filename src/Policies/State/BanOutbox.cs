using System.Net;
using Weir.Policies.Contracts;

namespace Weir.Policies.State;

/// <summary>
/// Changes made here that the others have not been told. Knows nothing of the list of bans, which knows its observers. Bans
/// need no memory beyond <see cref="MaxWaiting"/>: the list has them. Lifts do: nobody else knows of them.
/// </summary>
internal sealed class BanOutbox(TimeProvider clock) : IBanObserver
{
    /// <summary>Changes and lifts that wait; past it all bans are told anew, and the oldest lifts are lost.</summary>
    internal const int MaxWaiting = 10_000;

    [ThreadStatic]
    private static bool s_applying;

    private readonly Lock _lock = new();
    private readonly Queue<Ban> _bans = new();
    private readonly Dictionary<IPNetwork, long> _lifts = [];
    private bool _overflowed;

    /// <summary>False while nothing is shared: nothing is kept.</summary>
    public bool IsOn { get; set; }

    /// <summary>Called when something waits.</summary>
    public Action? Filled { get; set; }

    /// <inheritdoc />
    public void OnChange(BanChangeKind kind, Ban ban)
    {
        if (!IsOn || s_applying || ban.Origin == BanOrigin.Replica || kind == BanChangeKind.Expired)
            return;
        lock (_lock)
        {
            if (kind == BanChangeKind.Removed)
            {
                if (_lifts.Count < MaxWaiting)
                    _lifts[ban.Network] = clock.GetTimestamp();
            }
            else
            {
                // Banned again: the lift before it is history.
                _lifts.Remove(ban.Network);
                if (_bans.Count < MaxWaiting)
                    _bans.Enqueue(ban);
                else
                    _overflowed = true;
            }
        }

        Filled?.Invoke();
    }

    /// <summary>What another replica told is done on this thread: its echo is not told again.</summary>
    public static void Applying(Action change)
    {
        s_applying = true;
        try
        {
            change();
        }
        finally
        {
            s_applying = false;
        }
    }

    /// <summary>Takes the bans; false when some are missing, so that all must be told.</summary>
    public bool TakeBans(List<Ban> into)
    {
        lock (_lock)
        {
            into.AddRange(_bans);
            _bans.Clear();
            var whole = !_overflowed;
            _overflowed = false;
            return whole;
        }
    }

    /// <summary>The lifts that wait, with when they were.</summary>
    public KeyValuePair<IPNetwork, long>[] Lifts()
    {
        lock (_lock)
            return [.. _lifts];
    }

    /// <summary>A lift has been told.</summary>
    public void Told(KeyValuePair<IPNetwork, long> lift)
    {
        lock (_lock)
        {
            if (_lifts.TryGetValue(lift.Key, out var at) && at == lift.Value)
                _lifts.Remove(lift.Key);
        }
    }
}
