namespace Weir.Stores.Memcached;

/// <summary>One reply.</summary>
/// <param name="Kind">First word.</param>
/// <param name="Value">The value's own array; empty without one.</param>
/// <param name="Flags">Flag f; 0 without.</param>
/// <param name="Opaque">Flag O; null without.</param>
/// <param name="Text">The rest of the line of an error, a version or a description.</param>
internal readonly record struct MemcachedReply(MemcachedReplyKind Kind, byte[] Value, uint Flags, uint? Opaque, string Text);
