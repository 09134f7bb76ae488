namespace Weir.Policies.Caching.Semantics;

/// <summary>The key text of a variant: the URL's, the generation of its index, and the values of the fields of one rule.</summary>
internal static class VariantKey
{
    /// <summary>Room that is enough for the values of ordinary requests; a text that does not fit the caller's buffer is not cached.</summary>
    public const int UsualBytes = 2048;

    /// <param name="primary">The URL's key text. It has no zero byte.</param>
    /// <param name="generation">Of the URL's <see cref="Entries.VaryIndex"/>.</param>
    /// <param name="rule">Sorted lower-case names.</param>
    /// <param name="to">The caller's buffer.</param>
    /// <param name="written">Bytes of the text; 0 when it does not fit.</param>
    /// <returns>False when it does not fit.</returns>
    public static bool TryWrite<TFields>(
        ReadOnlySpan<byte> primary, ulong generation, IReadOnlyList<string> rule,
        in TFields request, SelectingValues values, Span<byte> to, out int written)
        where TFields : IRequestFields
    {
        var key = new KeyWriter(to);
        key.Bytes(primary);
        key.Bytes([0]);
        key.Number(generation);
        for (var i = 0; i < rule.Count; i++)
        {
            var name = rule[i];
            key.Text(name);
            key.Bytes([0]);
            values.Write(name, request.Lines(name == VaryRule.ImageAccept ? "accept" : name), ref key);
        }

        written = key.Full ? 0 : key.Written;
        return !key.Full;
    }
}
