namespace Weir.Policies.Caching.Semantics;

/// <summary>
/// Reads a structured-field dictionary (RFC 8941 section 4.2.2), member by member. Strict: the first character that is wrong makes
/// the whole field wrong, so that what was read before it must not be used.
/// </summary>
internal ref struct StructuredDictionary(ReadOnlySpan<char> text)
{
    private StructuredReader reader = new(text.Trim(' '));
    private bool started;

    public ReadOnlySpan<char> Key { get; private set; }

    public StructuredItem Value { get; private set; }

    /// <summary>False from the first error on.</summary>
    public bool Valid { get; private set; } = true;

    /// <returns>False at the end, and at an error.</returns>
    public bool Read()
    {
        if (!Valid || !Separated())
        {
            return false;
        }

        Valid = false;
        if (!reader.TryKey(out var key))
        {
            return false;
        }

        var value = new StructuredItem(StructuredKind.Boolean, Truth: true);
        if (reader.Take('=') && !reader.TryItemOrInnerList(out value))
        {
            return false;
        }

        if (!reader.TryParameters())
        {
            return false;
        }

        Key = key;
        Value = value;
        Valid = true;
        return true;
    }

    private bool Separated()
    {
        if (!started)
        {
            started = true;
            return !reader.AtEnd;
        }

        reader.SkipBlanks();
        if (reader.AtEnd)
        {
            return false;
        }

        // A comma must follow, and something behind it.
        Valid = reader.Take(',');
        reader.SkipBlanks();
        Valid &= !reader.AtEnd;
        return Valid;
    }
}
