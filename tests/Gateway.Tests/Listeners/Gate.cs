using System.Collections.Concurrent;
using System.Net;
using Weir.Policies.Contracts;

namespace Weir.Gateway.Tests.Listeners;

/// <summary>A gate that remembers.</summary>
internal sealed class Gate(string name) : IConnectionGate
{
    private int _open;
    private int _closed;

    public bool Allows { get; set; } = true;

    public ConcurrentQueue<(IPAddress Client, ulong Key)> Asked { get; } = [];

    public ConcurrentQueue<bool> Direct { get; } = [];

    public bool Counts { get; set; } = true;

    public int Inside => Volatile.Read(ref _open);

    public int Closed => Volatile.Read(ref _closed);

    public string Name => name;

    public GateAnswer Open(IPAddress client, ulong key, bool isDirect)
    {
        Asked.Enqueue((client, key));
        Direct.Enqueue(isDirect);
        if (!Allows)
            return GateAnswer.Refused;
        if (!Counts)
            return GateAnswer.Passed;
        Interlocked.Increment(ref _open);
        return GateAnswer.Counted;
    }

    void IConnectionGate.Closed(ulong key)
    {
        Interlocked.Decrement(ref _open);
        Interlocked.Increment(ref _closed);
    }

    public async Task AllClosedAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Inside != 0)
            await Task.Delay(10, patience.Token);
    }
}
