namespace Weir.Stores.Memcached;

/// <summary>The first word of a reply.</summary>
internal enum MemcachedReplyKind
{
    /// <summary>VA: a value follows.</summary>
    Value,

    /// <summary>HD: done.</summary>
    Done,

    /// <summary>EN: nothing there (mg, me).</summary>
    Miss,

    /// <summary>NF: nothing there (md, ms).</summary>
    NotFound,

    /// <summary>NS: not stored.</summary>
    NotStored,

    /// <summary>EX: another version is there.</summary>
    Exists,

    /// <summary>MN: here.</summary>
    Noop,

    /// <summary>ME: about an item.</summary>
    Description,

    /// <summary>VERSION.</summary>
    Version,

    /// <summary>ERROR, CLIENT_ERROR or SERVER_ERROR.</summary>
    Error,
}
