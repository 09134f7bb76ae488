using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace Weir.Policies.RequestRules;

/// <summary>The part of the rules that only the server's own parser can hold, because only it sees the bytes.</summary>
internal static class KestrelRules
{
    private const string NoBareLineFeeds = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    private static readonly Func<string, Encoding?> OfRequests = RequestEncoding;
    private static readonly Func<string, Encoding?> OfAnswers = static _ => Encoding.Latin1;

    /// <summary>Before the server is built.</summary>
    public static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.RequestHeaderEncodingSelector = OfRequests;
        kestrel.ResponseHeaderEncodingSelector = OfAnswers;
        // Kestrel would end a line at a bare line feed, where a proxy in front may go on reading; Apache refuses it too
        // (HttpProtocolOptions Strict, its default). Kestrel has no other way to say so; it reads the switch when it is built.
        AppContext.SetSwitch(NoBareLineFeeds, true);
    }

    /// <summary>Values come in as their bytes, one character each (RFC 9110 section 5.5); Kestrel's default answers 400 from 0x80 on.</summary>
    private static Encoding? RequestEncoding(string name)
    {
        if (ReferenceEquals(name, HeaderNames.ContentLength))
            return ContentLengthEncoding.Instance;
        if (ReferenceEquals(name, HeaderNames.Connection))
            return ConnectionEncoding.Instance;
        // :path and its kin are no headers: what is not ASCII there is refused, as it is in a request line.
        return name.StartsWith(':') ? StrictAscii : Encoding.Latin1;
    }

    private static readonly Encoding StrictAscii =
        Encoding.GetEncoding("us-ascii", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
}
