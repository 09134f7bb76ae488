namespace Weir.Fail2ban.Dates;

/// <summary>How the text of a date becomes a time.</summary>
internal enum DateKind
{
    /// <summary>By groups named as tokens.</summary>
    Fields,

    /// <summary>Seconds since 1970.</summary>
    Epoch,

    /// <summary>Seconds, milliseconds or microseconds since 1970, by the number of digits.</summary>
    LongEpoch,

    /// <summary>TAI64N: "@" and 24 hexadecimal digits.</summary>
    Tai64N,
}
