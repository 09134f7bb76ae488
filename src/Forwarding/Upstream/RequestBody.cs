namespace Weir.Forwarding.Upstream;

/// <summary>How a request's body is sent.</summary>
internal enum RequestBody
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>With its Content-Length.</summary>
    Length,

    /// <summary>In chunks, with the client's trailers.</summary>
    Chunked,
}
