using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Weir.Forwarding.Http1;

namespace Weir.Forwarding.Upstream;

/// <summary>
/// Takes a response head: what it says to this hop is kept, the rest goes to the client's response, or into a message for
/// YARP's transforms. Not safe for concurrent use.
/// </summary>
internal sealed class ResponseHead : IResponseHeadHandler
{
    private ResponseFraming _framing;
    private IHeaderDictionary _headers = null!;
    private HttpResponse _response = null!;
    private bool _isInterim;
    private bool _hasConnectionNames;
    private StringValues _connection;

    /// <summary>The status of the head read last.</summary>
    public int Status { get; private set; }

    public bool IsHttp10 { get; private set; }

    /// <summary>True when the server will close, or did not say that it keeps the connection (HTTP/1.0).</summary>
    public bool Closes { get; private set; }

    /// <summary>Value of <c>Upgrade</c>; null when there is none.</summary>
    public string? Upgrade { get; private set; }

    /// <summary>What the transforms get; null when the head goes to the client as it is.</summary>
    public HttpResponseMessage? Message { get; private set; }

    /// <summary>Why the framing is refused.</summary>
    public ResponseFault Fault => _framing.Fault;

    /// <summary>Starts over for a request.</summary>
    public void Begin(HttpResponse response, bool withMessage)
    {
        _response = response;
        _headers = response.Headers;
        Message = withMessage ? new HttpResponseMessage { Content = new HeadersOnlyContent() } : null;
        Upgrade = null;
    }

    /// <summary>Lets go of the request's objects.</summary>
    public void End()
    {
        Message?.Dispose();
        Message = null;
        _response = null!;
        _headers = null!;
        _connection = default;
    }

    public BodyKind Resolve(bool isHead, out long length)
    {
        var kind = _framing.Resolve(Status, isHead, IsHttp10, out length);
        Closes |= _framing.IsSuspect;
        return kind;
    }

    public void OnStatus(int status, bool isHttp10, ReadOnlySpan<byte> reason)
    {
        _framing = default;
        _connection = default;
        _hasConnectionNames = false;
        Status = status;
        IsHttp10 = isHttp10;
        Closes = isHttp10;
        _isInterim = status < 200 && status != StatusCodes.Status101SwitchingProtocols;
        if (_isInterim)
            return;
        var text = HeaderStrings.Of(reason);
        if (Message is { } message)
            (message.StatusCode, message.ReasonPhrase) = ((HttpStatusCode)status, text);
        _response.StatusCode = status;
        // An own wording goes on; the usual one is what is sent without being told.
        if (text.Length > 0 && text != ReasonPhrases.GetReasonPhrase(status) && _response.HttpContext.Features.Get<IHttpResponseFeature>() is { } feature)
            feature.ReasonPhrase = text;
    }

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (_isInterim)
            return;
        var kind = HopByHop.Of(name);
        switch (kind)
        {
            case ResponseHeaderKind.Hop:
                return;
            case ResponseHeaderKind.Connection:
                OnConnection(HeaderStrings.Of(value));
                return;
            case ResponseHeaderKind.ContentLength:
                _framing.OnContentLength(value);
                return;
            case ResponseHeaderKind.TransferEncoding:
                _framing.OnTransferEncoding(value);
                return;
            case ResponseHeaderKind.Upgrade:
                Upgrade = HeaderStrings.Of(value);
                return;
        }

        // A secret is not kept in a table that outlives the request.
        var text = kind == ResponseHeaderKind.SetCookie ? System.Text.Encoding.Latin1.GetString(value) : HeaderStrings.Of(value);
        if (Message is not null)
            AddToMessage(HeaderStrings.Of(name), text);
        else
            ResponseHeaders.Add(_headers, kind, name, text);
    }

    /// <summary>Removes what <c>Connection</c> named (RFC 9110 section 7.6.1) and sets the length; after the last header.</summary>
    /// <param name="kind">How the body ends.</param>
    public void Finish(BodyKind kind)
    {
        if (_hasConnectionNames)
            RemoveConnectionNames();
        // 204 has none to tell; an answer to HEAD and a 304 tell that of the GET.
        if (kind != BodyKind.Chunked && _framing.ContentLength is { } length && Status != StatusCodes.Status204NoContent)
        {
            if (Message is { } message)
                message.Content.Headers.ContentLength = length;
            else
                _headers.ContentLength = length;
        }
    }

    private void OnConnection(string value)
    {
        _connection = StringValues.Concat(_connection, value);
        if (value.Equals("close", StringComparison.OrdinalIgnoreCase))
        {
            Closes = true;
            return;
        }

        if (value.Equals("keep-alive", StringComparison.OrdinalIgnoreCase))
        {
            // HTTP/1.0 keeps it only then; a close on another line wins.
            Closes &= !IsHttp10 || SaysClose(_connection);
            return;
        }

        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Equals("close", StringComparison.OrdinalIgnoreCase))
                Closes = true;
            else if (!part.Equals("keep-alive", StringComparison.OrdinalIgnoreCase) && !part.Equals("upgrade", StringComparison.OrdinalIgnoreCase))
                _hasConnectionNames = true;
        }
    }

    private static bool SaysClose(StringValues connection) => connection.ToString().Contains("close", StringComparison.OrdinalIgnoreCase);

    private void RemoveConnectionNames()
    {
        foreach (var name in _connection.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Message is not { } message)
                _headers.Remove(name);
            else if (message.Headers.NonValidated.Contains(name))
                message.Headers.Remove(name);
            else if (message.Content.Headers.NonValidated.Contains(name))
                message.Content.Headers.Remove(name);
        }
    }

    private void AddToMessage(string name, string value)
    {
        if (!Message!.Headers.TryAddWithoutValidation(name, value))
            Message.Content.Headers.TryAddWithoutValidation(name, value);
    }
}
