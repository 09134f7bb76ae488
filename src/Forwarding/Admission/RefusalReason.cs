namespace Weir.Forwarding.Admission;

/// <summary>Why admission ended a request. A closed set: it is a metric tag.</summary>
public enum RefusalReason
{
    /// <summary>It was not refused.</summary>
    None,

    /// <summary>The line holds <c>MaxLength</c> requests or <c>MaxBytes</c> bytes.</summary>
    LineFull,

    /// <summary>The expected wait is longer than the request may wait.</summary>
    WaitTooLong,

    /// <summary>The request waited as long as it may.</summary>
    WaitTimedOut,

    /// <summary>The client's own deadline has passed or cannot be met.</summary>
    DeadlinePassed,

    /// <summary>No server of the cluster takes work.</summary>
    NoServer,

    /// <summary>The client went away while it waited.</summary>
    ClientGone,

    /// <summary>No refusal: the server that the session waited for takes no work any more, and the sticky rules must be asked again.</summary>
    JudgeAgain,

    /// <summary>It would have had to wait, and does not want to (<see cref="INoWaitFeature"/>). Not counted among refusals: its maker has an answer.</summary>
    WouldWait,
}
