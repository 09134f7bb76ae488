using Microsoft.AspNetCore.Http;

namespace Weir.Forwarding.Admission;

/// <summary>How each reason leaves as an answer.</summary>
internal static class AdmissionRefusals
{
    /// <summary>The reason as clients, logs and metrics see it.</summary>
    public static string CodeOf(RefusalReason reason) => reason switch
    {
        RefusalReason.LineFull => "line_full",
        RefusalReason.WaitTooLong => "wait_too_long",
        RefusalReason.WaitTimedOut => "wait_timed_out",
        RefusalReason.DeadlinePassed => "deadline_passed",
        RefusalReason.NoServer => "no_server",
        RefusalReason.ClientGone => "client_gone",
        RefusalReason.JudgeAgain => "judge_again",
        RefusalReason.WouldWait => "would_wait",
        _ => "none",
    };

    /// <summary>503 for all: the farm is full or gone, and no server has seen the request.</summary>
    public static Refusal Of(RefusalReason reason, int retryAfterSeconds) =>
        new(StatusCodes.Status503ServiceUnavailable, CodeOf(reason), Fault.Farm, MayRetry: true, retryAfterSeconds);
}
