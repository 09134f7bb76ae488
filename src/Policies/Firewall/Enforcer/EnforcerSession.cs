using Microsoft.Extensions.Logging;

namespace Weir.Policies.Firewall.Enforcer;

/// <summary>One connection. Nothing that it sends reaches nft as text: networks are read and written anew.</summary>
internal sealed class EnforcerSession(LineStream lines, EnforcerRules rules, ILogger logger)
{
    // Between a command and the end of its list; a gateway may otherwise be silent as long as it wants.
    private static readonly TimeSpan ListTime = TimeSpan.FromSeconds(30);

    // There are few connections: who says nothing must not keep them.
    private static readonly TimeSpan HelloTime = TimeSpan.FromSeconds(5);

    private bool _greeted;

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (await CommandAsync(cancel) is { } command)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                limit.CancelAfter(ListTime);
                await ObeyAsync(command, limit.Token, cancel);
                await lines.FlushAsync(cancel);
            }
        }
        catch (ProtocolException error)
        {
            FirewallLog.CommandFailed(logger, error.Message);
            await lines.WriteAsync($"error {Protocol.BadCommand} {error.Message}", cancel);
            await lines.FlushAsync(cancel);
        }
    }

    private async Task<string?> CommandAsync(CancellationToken cancel)
    {
        if (_greeted)
            return await lines.ReadAsync(cancel);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(HelloTime);
        return await lines.ReadAsync(limit.Token);
    }

    private async Task ObeyAsync(string line, CancellationToken reading, CancellationToken cancel)
    {
        if (!Protocol.TryParseCommand(line, out var word, out var number))
            throw new ProtocolException(Protocol.BadCommand, "a command is a word and, where it has one, a number");
        if (!_greeted && word != "hello")
            throw new ProtocolException(Protocol.BadCommand, "the first command is hello");
        try
        {
            switch (word)
            {
                case "hello":
                    _greeted = number == Protocol.Version
                        ? true
                        : throw new ProtocolException(Protocol.BadCommand, $"version {number} is unknown here; known: {Protocol.Version}");
                    await lines.WriteAsync($"ok 0 {rules.Max}", cancel);
                    break;
                case "apply":
                    await TakeAsync(number, Protocol.MaxBatch, ListKind.Clients, rules.ApplyAsync, reading, cancel);
                    break;
                case "networks":
                    await TakeAsync(number, Math.Min(rules.Max, DesiredSet.MaxNetworks), ListKind.Networks, rules.ReplaceNetworksAsync, reading, cancel);
                    break;
                case "sync":
                    await TakeAsync(number, rules.Max, ListKind.All, rules.SyncAsync, reading, cancel);
                    break;
                case "list":
                    await ListAsync(cancel);
                    break;
                case "flush":
                    await rules.FlushAsync(cancel);
                    await lines.WriteAsync("ok 0 0", cancel);
                    break;
                default:
                    throw new ProtocolException(Protocol.BadCommand, "unknown command; known: hello, apply, networks, sync, list, flush");
            }
        }
        catch (EnforcerException error)
        {
            FirewallLog.CommandFailed(logger, error.Message);
            await lines.WriteAsync($"error {(error.IsMissing ? Protocol.Incomplete : Protocol.Failed)} {error.Message}", cancel);
        }
    }

    private async Task TakeAsync(
        int count, int max, ListKind kind, Func<IReadOnlyList<ProtocolElement>, CancellationToken, Task> act, CancellationToken reading, CancellationToken cancel)
    {
        if (count > max)
            throw new ProtocolException(Protocol.BadCommand, $"a list of {count} is too long; allowed: {max}");
        var elements = new Dictionary<System.Net.IPNetwork, ProtocolElement>(Math.Min(count, Protocol.MaxBatch));
        var refused = 0;
        for (var i = 0; i < count; i++)
        {
            var line = await lines.ReadAsync(reading) ?? throw new ProtocolException(Protocol.BadCommand, "the list is cut off");
            if (!Protocol.TryParse(line, out var element) || !Fits(kind, element))
                throw new ProtocolException(Protocol.BadCommand, "a line of the list is none");
            if (!element.IsRemoval && !rules.Allows(element.Network))
                refused++;
            else
                elements[element.Network] = element;
        }

        if (kind != ListKind.Clients)
            CheckOverlaps(elements.Values);
        await act([.. elements.Values], cancel);
        await lines.WriteAsync($"ok {elements.Count} {refused}", cancel);
    }

    private static bool Fits(ListKind kind, ProtocolElement element) => kind switch
    {
        ListKind.Clients => Networks.IsClient(element.Network),
        ListKind.Networks => !element.IsRemoval && !Networks.IsClient(element.Network),
        _ => !element.IsRemoval,
    };

    private static void CheckOverlaps(IReadOnlyCollection<ProtocolElement> elements)
    {
        var networks = elements.Where(e => !Networks.IsClient(e.Network)).Select(e => new KernelBan(e.Network, null)).ToList();
        if (Networks.Outermost(networks).Count != networks.Count)
            throw new ProtocolException(Protocol.BadCommand, "a network of the list lies within another");
    }

    private async Task ListAsync(CancellationToken cancel)
    {
        var listing = await rules.ListAsync(cancel);
        if (!listing.IsComplete)
        {
            await lines.WriteAsync($"error {Protocol.Incomplete} the table lacks a set or a rule", cancel);
            return;
        }

        await lines.WriteAsync($"ok {listing.Elements.Count} {listing.Packets}", cancel);
        foreach (var element in listing.Elements)
            await lines.WriteAsync(Protocol.Addition(element.Network, element.Seconds), cancel);
    }
}
