namespace Weir.Policies.Firewall;

/// <summary>What an operator wants to know of the firewall. Readable at any time, from any thread.</summary>
public sealed class FirewallStatus
{
    private volatile Snapshot _now = new(FirewallState.Off, null, null);

    /// <summary>Off, away or active.</summary>
    public FirewallState State => _now.State;

    /// <summary>Why it is away, as a sentence; null otherwise.</summary>
    public string? LastError => _now.Error;

    /// <summary>Since when it is in this state; null before the start.</summary>
    public DateTimeOffset? Since => _now.Since;

    /// <summary>Packets that the kernel has dropped, as of the last comparison.</summary>
    public long DroppedPackets { get; internal set; }

    /// <summary>One line for people.</summary>
    public string Describe()
    {
        var now = _now;
        return now.State switch
        {
            FirewallState.Off => "off",
            FirewallState.Active => $"active since {now.Since:u}",
            _ => $"away since {now.Since:u}: {now.Error}",
        };
    }

    /// <returns>True when the state is another one than before.</returns>
    internal bool Set(FirewallState state, DateTimeOffset at, string? error = null)
    {
        var before = _now;
        _now = new Snapshot(state, before.State == state && before.Since is not null ? before.Since : at, error);
        return before.State != state;
    }

    private sealed record Snapshot(FirewallState State, DateTimeOffset? Since, string? Error);
}
