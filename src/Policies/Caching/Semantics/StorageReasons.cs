namespace Weir.Policies.Caching.Semantics;

/// <summary>The words for reasons, in Cache-Status and as metric tags.</summary>
internal static class StorageReasons
{
    /// <returns>A token of small letters and dashes.</returns>
    public static string Word(this StorageReason reason) => reason switch
    {
        StorageReason.Stored => "stored",
        StorageReason.Method => "method",
        StorageReason.Interim => "interim",
        StorageReason.OfOneRequest => "of-one-request",
        StorageReason.NotUnderstood => "not-understood",
        StorageReason.NoStore => "no-store",
        StorageReason.Private => "private",
        StorageReason.RequestNoStore => "request-no-store",
        StorageReason.Authorization => "authorization",
        StorageReason.Vary => "vary",
        StorageReason.SetCookie => "set-cookie",
        StorageReason.NoFreshness => "no-freshness",
        StorageReason.Range => "range",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
