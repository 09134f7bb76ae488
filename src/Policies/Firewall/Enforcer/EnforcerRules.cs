using System.Net;
using System.Text.Json;

namespace Weir.Policies.Firewall.Enforcer;

/// <summary>The kernel's table: takes what the gateway asks for, less what is refused. One command at a time.</summary>
internal sealed class EnforcerRules(EnforcerOptions options) : IDisposable
{
    private readonly NftProcess _nft = new(options.Nft);
    private readonly SemaphoreSlim _turn = new(1);

    public int Max => options.Max;

    /// <summary>Makes the table, or completes it; what it holds stays.</summary>
    public async Task PrepareAsync(CancellationToken cancel)
    {
        try
        {
            await RunAsync(Script().Create(), cancel);
        }
        catch (EnforcerException error) when (error.Message.Contains("exists", StringComparison.Ordinal))
        {
            // Made by another version or by hand, with other types.
            await RunAsync(Script().Recreate(), cancel);
        }
    }

    /// <summary>Whether a network may be dropped at all.</summary>
    public bool Allows(IPNetwork network)
    {
        if (Networks.IsTooLarge(network))
            return false;
        foreach (var never in options.Never)
        {
            if (Networks.Overlap(never, network))
                return false;
        }

        return true;
    }

    public Task ApplyAsync(IReadOnlyList<ProtocolElement> elements, CancellationToken cancel) =>
        elements.Count == 0 ? Task.CompletedTask : RunAsync(Script().Change(elements), cancel);

    public Task ReplaceNetworksAsync(IReadOnlyList<ProtocolElement> elements, CancellationToken cancel) =>
        RunAsync(Script().FlushNetworks().Add(elements), cancel);

    /// <summary>One transaction: there is no moment in which a ban that stays is not in force.</summary>
    public async Task SyncAsync(IReadOnlyList<ProtocolElement> elements, CancellationToken cancel)
    {
        try
        {
            await RunAsync(Script().Create().FlushClients().FlushNetworks().Add(elements), cancel);
        }
        catch (EnforcerException error) when (error.Message.Contains("exists", StringComparison.Ordinal))
        {
            await RunAsync(Script().Recreate().Add(elements), cancel);
        }
    }

    /// <exception cref="EnforcerException">nft failed; <see cref="EnforcerException.IsMissing"/> when the table is not there.</exception>
    public async Task<NftListing> ListAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            return NftListing.Parse(await _nft.ListAsync(options.Table, cancel));
        }
        catch (JsonException error)
        {
            throw new EnforcerException($"nft's list cannot be read: {error.Message}");
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task FlushAsync(CancellationToken cancel) => RunAsync(Script().Create().FlushClients().FlushNetworks(), cancel);

    public Task DeleteAsync(CancellationToken cancel) => RunAsync(Script().Delete(), cancel);

    public void Dispose() => _turn.Dispose();

    private NftScript Script() => new(options.Table, options.Max, options.Ports);

    private async Task RunAsync(NftScript script, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            await _nft.RunAsync(script.ToString(), cancel);
        }
        finally
        {
            _turn.Release();
        }
    }
}
