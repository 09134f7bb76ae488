namespace Weir.Stores.Memcached;

/// <summary>What a command asks.</summary>
internal enum MemcachedVerb
{
    /// <summary>mg</summary>
    Get,

    /// <summary>ms</summary>
    Set,

    /// <summary>md</summary>
    Delete,

    /// <summary>me</summary>
    Describe,

    /// <summary>mn</summary>
    Noop,

    /// <summary>version</summary>
    Version,
}
