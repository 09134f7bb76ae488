using Microsoft.AspNetCore.Http;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Caching.Fetching;

/// <summary>The head of a fetch's answer. Never changes.</summary>
internal sealed class FetchHead
{
    public required FetchKind Kind { get; init; }

    /// <summary>As the origin or the gateway answered.</summary>
    public required int Status { get; init; }

    public string? ReasonPhrase { get; init; }

    /// <summary>As received, with what stages behind added for this client.</summary>
    public required IHeaderDictionary Headers { get; init; }

    /// <summary>The answer as it will be stored, its body still to come (<see cref="FetchKind.Stored"/>), or updated.</summary>
    public CachedResponse? Entry { get; init; }

    /// <summary>May others than the one who asked have it?</summary>
    public bool IsShared { get; init; }

    /// <summary>Where the entry lies: the text by which others know whether it is theirs. Null when it varies by nothing.</summary>
    public byte[]? VariantText { get; init; }

    public ulong Generation { get; init; }

    /// <summary>What it varies by.</summary>
    public IReadOnlyList<string> Rule { get; init; } = [];

    /// <summary>Why it is not stored.</summary>
    public StorageReason Reason { get; init; }
}
