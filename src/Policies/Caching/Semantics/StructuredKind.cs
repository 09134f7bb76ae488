namespace Weir.Policies.Caching.Semantics;

/// <summary>Types of structured fields (RFC 8941 section 3).</summary>
internal enum StructuredKind
{
    Boolean,
    Integer,
    Decimal,
    String,
    Token,
    Bytes,
    InnerList,
}
