namespace Weir.Gateway.Cli.Explain;

/// <summary>What a running gateway says of itself.</summary>
/// <param name="Servers">Limits by canonical address.</param>
/// <param name="Waiting">Requests that wait, by cluster.</param>
internal sealed record LiveNumbers(IReadOnlyDictionary<string, ServerLimit> Servers, IReadOnlyDictionary<string, long> Waiting);
