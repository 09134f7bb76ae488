namespace Weir.Policies.Caching.Semantics;

/// <summary>A member's value. Parameters, and what is in an inner list, are checked and not kept: no directive has a use for them.</summary>
/// <param name="Truth">Of a Boolean.</param>
/// <param name="Whole">Of an Integer, up to 15 digits.</param>
/// <param name="Text">Of a String, without quotes and escapes, and of a Token.</param>
internal readonly record struct StructuredItem(StructuredKind Kind, bool Truth = false, long Whole = 0, string? Text = null)
{
    /// <summary>A span in seconds; 0 for a negative one, none for another type than Integer.</summary>
    public long Seconds => Kind == StructuredKind.Integer ? Math.Clamp(Whole, 0, DeltaSeconds.Max) : DeltaSeconds.None;
}
