namespace Weir.Stores.Redis;

/// <summary>Types of RESP2 and RESP3. Attributes are read over; streamed types, which no server sends, are malformed.</summary>
public enum RedisReplyKind
{
    /// <summary>Nothing there: <c>_</c>, <c>$-1</c> or <c>*-1</c>.</summary>
    Null,

    /// <summary>A short text such as OK.</summary>
    Status,

    /// <summary>The server's error: a word in capitals, a space, a sentence.</summary>
    Error,

    /// <summary>A signed 64-bit number.</summary>
    Integer,

    /// <summary>Bytes.</summary>
    Bulk,

    /// <summary>A list of replies.</summary>
    Array,

    /// <summary>A floating-point number, as text.</summary>
    Double,

    /// <summary>True or false; <see cref="RedisReply.Integer"/> is 1 or 0.</summary>
    Boolean,

    /// <summary>A number of any length, as text.</summary>
    BigNumber,

    /// <summary>Text with three letters and a colon in front that name its format.</summary>
    Verbatim,

    /// <summary>Keys and values in turn.</summary>
    Map,

    /// <summary>A list without order.</summary>
    Set,

    /// <summary>What the server says without having been asked.</summary>
    Push,
}
