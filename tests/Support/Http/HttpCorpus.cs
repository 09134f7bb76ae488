namespace Weir.Support.Http;

/// <summary>
/// Malformed, ambiguous and merely unusual HTTP/1 requests with what a gateway with default settings makes of them. The
/// table is data: any gateway and any forwarder can be held against it with <see cref="CorpusRunner"/>.
/// </summary>
public static class HttpCorpus
{
    /// <summary>Every case; names are unique.</summary>
    public static IReadOnlyList<HttpCase> All { get; } =
    [
        .. ContentLengthCases.All, .. TransferEncodingCases.All, .. ChunkCases.All, .. LineCases.All, .. TargetCases.All,
        .. HostCases.All, .. MethodCases.All, .. HeaderCases.All, .. ConnectionCases.All,
    ];
}
