namespace Weir.Policies.Caching.Entries;

/// <summary>Why bytes are not the entry that was asked for.</summary>
internal enum EntryFault
{
    /// <summary>They are.</summary>
    None,

    /// <summary>No stored entry at all.</summary>
    NotAnEntry,

    /// <summary>An entry of another format version.</summary>
    OtherVersion,

    /// <summary>An entry once: cut, changed, or with something impossible in it.</summary>
    Damaged,

    /// <summary>A sound entry with another key text: two texts with one hash.</summary>
    OtherKey,
}
