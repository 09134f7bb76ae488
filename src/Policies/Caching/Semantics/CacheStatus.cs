using System.Globalization;
using System.Text;

namespace Weir.Policies.Caching.Semantics;

/// <summary>This cache's member of the Cache-Status field (RFC 9211).</summary>
internal readonly record struct CacheStatus
{
    /// <summary>The field.</summary>
    public const string Field = "Cache-Status";

    /// <summary>Characters of a key that are shown.</summary>
    public const int MaxKey = 512;

    /// <summary>The cache's name: a token.</summary>
    public required string Cache { get; init; }

    /// <summary><see cref="ForwardReason.None"/> for a hit.</summary>
    public ForwardReason Forward { get; init; }

    /// <summary>What the origin answered; 0 when it did not.</summary>
    public int ForwardStatus { get; init; }

    /// <summary>The answer was stored.</summary>
    public bool Stored { get; init; }

    /// <summary>The request shared another's.</summary>
    public bool Collapsed { get; init; }

    /// <summary>Freshness left, ms; negative for stale. Null where there is nothing to say.</summary>
    public long? Ttl { get; init; }

    /// <summary>The key, where the operator lets it be seen; null otherwise.</summary>
    public string? Key { get; init; }

    /// <summary>A token, such as <see cref="StorageReasons.Word"/>; null for none.</summary>
    public string? Detail { get; init; }

    /// <summary><c>Weir; hit; ttl=30</c>, <c>Weir; fwd=uri-miss; fwd-status=200; stored</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Cache, 64);
        if (Forward == ForwardReason.None)
        {
            text.Append("; hit");
        }
        else
        {
            text.Append("; fwd=").Append(Word(Forward));
            if (ForwardStatus > 0)
            {
                text.Append("; fwd-status=").Append(ForwardStatus);
            }
        }

        if (Ttl is { } ttl)
        {
            // Down, also below zero: 0.5 s past its freshness is stale, not 0.
            text.Append("; ttl=").Append(CultureInfo.InvariantCulture, $"{(ttl >= 0 ? ttl : ttl - 999) / 1000}");
        }

        text.Append(Forward != ForwardReason.None && Stored ? "; stored" : "").Append(Forward != ForwardReason.None && Collapsed ? "; collapsed" : "");
        if (Key is not null)
        {
            AppendKey(text, Key);
        }

        if (Detail is not null)
        {
            text.Append("; detail=").Append(Detail);
        }

        return text.ToString();
    }

    /// <summary>A string of a structured field has printable ASCII only; what a client put into the URL beyond that becomes <c>?</c>.</summary>
    private static void AppendKey(StringBuilder text, string key)
    {
        text.Append("; key=\"");
        foreach (var c in key.AsSpan(0, Math.Min(key.Length, MaxKey)))
        {
            if (c is '"' or '\\')
            {
                text.Append('\\');
            }

            text.Append(c is < ' ' or > '~' ? '?' : c);
        }

        text.Append('"');
    }

    private static string Word(ForwardReason reason) => reason switch
    {
        ForwardReason.Bypass => "bypass",
        ForwardReason.Method => "method",
        ForwardReason.UriMiss => "uri-miss",
        ForwardReason.VaryMiss => "vary-miss",
        ForwardReason.Request => "request",
        ForwardReason.Stale => "stale",
        ForwardReason.Partial => "partial",
        _ => "miss",
    };
}
