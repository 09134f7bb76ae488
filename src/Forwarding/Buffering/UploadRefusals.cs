using Microsoft.AspNetCore.Http;

namespace Weir.Forwarding.Buffering;

/// <summary>How an upload that could not be collected leaves as an answer. No server has seen the request.</summary>
internal static class UploadRefusals
{
    private const int RetryAfterSeconds = 1;

    /// <summary>503: the gateway has no place for the body now.</summary>
    public static Refusal Of(SpoolRefusal refusal) => refusal == SpoolRefusal.Unavailable
        ? new(StatusCodes.Status503ServiceUnavailable, "spool_unavailable", Fault.Gateway, MayRetry: true, RetryAfterSeconds)
        : new(StatusCodes.Status503ServiceUnavailable, "upload_buffers_full", Fault.Gateway, MayRetry: true, RetryAfterSeconds);

    /// <summary>Kestrel's own status: 413 past MaxRequestBodySize, 408 below MinRequestBodyDataRate, 400 for broken framing.</summary>
    public static Refusal Of(BadHttpRequestException error) => error.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new(error.StatusCode, "upload_too_large", Fault.Client, MayRetry: false, 0),
        StatusCodes.Status408RequestTimeout => new(error.StatusCode, "upload_too_slow", Fault.Client, MayRetry: true, 0),
        _ => new(error.StatusCode, "bad_upload", Fault.Client, MayRetry: false, 0),
    };
}
