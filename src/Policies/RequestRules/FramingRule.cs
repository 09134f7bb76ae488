using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Weir.Policies.RequestRules;

/// <summary>Where a request ends, if it is not said by Content-Length, is said by exactly one <c>chunked</c>.</summary>
internal static class FramingRule
{
    /// <summary>
    /// Kestrel takes Transfer-Encoding for what counts and puts the Content-Length that stood beside it here. No client has
    /// a use for this header next to Transfer-Encoding, so one that sends it itself is refused alike.
    /// </summary>
    private const string MovedLength = "X-Content-Length";

    /// <summary>Null lets it pass. Asked only when there is a Transfer-Encoding.</summary>
    public static RequestFault? Judge(IHeaderDictionary headers, bool isHttp10)
    {
        if (isHttp10)
            return RequestFault.TransferEncodingHttp10;
        if (headers.ContainsKey(MovedLength) || headers.ContentLength is not null)
            return RequestFault.LengthAndChunked;
        var codings = headers.TransferEncoding;
        if (codings.Count == 1 && string.Equals(codings[0], "chunked", StringComparison.OrdinalIgnoreCase))
            return null;
        return NamesAnother(codings) ? RequestFault.TransferCoding : RequestFault.TransferEncoding;
    }

    /// <summary>True for a list of plain codings with another one than chunked among them: well formed, but not done here.</summary>
    private static bool NamesAnother(StringValues lines)
    {
        var another = false;
        foreach (var line in lines)
        {
            foreach (var part in line.AsSpan().Split(','))
            {
                var coding = line.AsSpan(part).Trim(" \t");
                if (!FieldScan.IsToken(coding))
                    return false;
                another |= !coding.Equals("chunked", StringComparison.OrdinalIgnoreCase);
            }
        }

        return another;
    }
}
