namespace Weir.Support.Http;

/// <summary>What becomes of a request.</summary>
public enum HttpFate
{
    /// <summary>No server sees a byte of it; the connection is closed after the answer.</summary>
    Refused,

    /// <summary>Exactly one server request; the connection serves the next one, or says that it closes.</summary>
    Forwarded,

    /// <summary>The gateway answers; no server sees it; the connection serves the next one.</summary>
    Answered,

    /// <summary>No server sees a whole request; the client gets an error or a closed connection.</summary>
    CutOff,
}
