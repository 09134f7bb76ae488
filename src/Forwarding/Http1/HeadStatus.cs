namespace Weir.Forwarding.Http1;

/// <summary>What a look at the bytes received so far told.</summary>
internal enum HeadStatus
{
    /// <summary>Right so far, but not whole.</summary>
    NeedMore,

    /// <summary>Whole and valid.</summary>
    Complete,

    /// <summary>Not HTTP/1.1, or not safely so; nothing of it may be passed on.</summary>
    Invalid,
}
