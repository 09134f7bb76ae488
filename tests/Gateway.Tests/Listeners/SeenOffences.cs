using System.Collections.Concurrent;
using System.Net;
using Weir.Policies.Contracts;

namespace Weir.Gateway.Tests.Listeners;

/// <summary>Remembers what is reported, as <c>address direct|proxied kind reason</c>.</summary>
internal sealed class SeenOffences : IOffences
{
    public ConcurrentQueue<string> Seen { get; } = [];

    public void Report(IClientFeature client, OffenceKind kind, string reason) => Report(client.Address!, client.IsDirect, kind, reason);

    public void Report(IPAddress client, bool isDirect, OffenceKind kind, string reason) =>
        Seen.Enqueue($"{client} {(isDirect ? "direct" : "proxied")} {kind} {reason}");

    public async Task CountAsync(int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Seen.Count < count)
            await Task.Delay(10, patience.Token);
    }
}
