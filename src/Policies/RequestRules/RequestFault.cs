using Weir.Forwarding;

namespace Weir.Policies.RequestRules;

/// <summary>Why a request goes no further. One instance each, so that a flood of them costs no memory.</summary>
internal sealed class RequestFault
{
    /// <summary>The method is no word of capitals, hyphens and underscores.</summary>
    public static readonly RequestFault MethodInvalid = new(400, "method_invalid");

    /// <summary>RFC 9112 section 3: longer than any method that is implemented.</summary>
    public static readonly RequestFault MethodTooLong = new(501, "method_too_long");

    /// <summary>TRACE or TRACK: the answer would show the headers that the gateway adds.</summary>
    public static readonly RequestFault MethodTrace = new(405, "method_trace");

    /// <summary>CONNECT: the gateway is no forward proxy.</summary>
    public static readonly RequestFault MethodConnect = new(405, "method_connect");

    /// <summary>Extended CONNECT for a protocol that is not in <c>Upgrades</c> (RFC 8441 section 4).</summary>
    public static readonly RequestFault ConnectProtocol = new(501, "connect_protocol");

    /// <summary>Not in <c>AllowedMethods</c>.</summary>
    public static readonly RequestFault MethodNotAllowed = new(405, "method_not_allowed");

    /// <summary>The request target has a character that no URI has, or a percent sign without two digits in its path.</summary>
    public static readonly RequestFault TargetInvalid = new(400, "target_invalid");

    /// <summary>The request target can be read in two ways.</summary>
    public static readonly RequestFault TargetAmbiguous = new(400, "target_ambiguous");

    /// <summary>No Host, or an empty one.</summary>
    public static readonly RequestFault HostMissing = new(400, "host_missing");

    /// <summary>Host is not a name or address with an optional port.</summary>
    public static readonly RequestFault HostInvalid = new(400, "host_invalid");

    /// <summary>A header's name is no token (RFC 9110 section 5.6.2).</summary>
    public static readonly RequestFault HeaderName = new(400, "header_name");

    /// <summary>A header's value has a control character (RFC 9110 section 5.5).</summary>
    public static readonly RequestFault HeaderValue = new(400, "header_value");

    /// <summary>A header's name is more than letters, digits and hyphens, and those are refused.</summary>
    public static readonly RequestFault HeaderUnderscore = new(400, "header_underscore");

    /// <summary>Transfer-Encoding and Content-Length together: the classic of request smuggling (RFC 9112 section 6.1).</summary>
    public static readonly RequestFault LengthAndChunked = new(400, "length_and_chunked");

    /// <summary>Transfer-Encoding is not exactly one <c>chunked</c>.</summary>
    public static readonly RequestFault TransferEncoding = new(400, "transfer_encoding");

    /// <summary>Transfer-Encoding names a coding that the gateway does not do (RFC 9112 section 6.1).</summary>
    public static readonly RequestFault TransferCoding = new(501, "transfer_coding");

    /// <summary>Transfer-Encoding in an HTTP/1.0 request (RFC 9112 section 6.1).</summary>
    public static readonly RequestFault TransferEncodingHttp10 = new(400, "transfer_encoding_http10");

    /// <summary>A header of HTTP/1 connections in HTTP/2 or 3 (RFC 9113 section 8.2.2).</summary>
    public static readonly RequestFault ConnectionHeader = new(400, "connection_header");

    /// <summary>More names in Connection than <c>MaxConnectionOptions</c>.</summary>
    public static readonly RequestFault ConnectionOptions = new(400, "connection_options");

    /// <summary>An expectation other than 100-continue (RFC 9110 section 10.1.1).</summary>
    public static readonly RequestFault Expectation = new(417, "expectation");

    private RequestFault(int status, string reason) => Refusal = new(status, reason, Fault.Client, MayRetry: false, RetryAfterSeconds: 0);

    public Refusal Refusal { get; }
}
