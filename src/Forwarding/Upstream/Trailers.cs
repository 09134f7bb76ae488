using System.Text;
using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Http1;

namespace Weir.Forwarding.Upstream;

/// <summary>Collects the trailers of an answer and passes on those that may be, where the client's protocol carries any.</summary>
internal sealed class Trailers(HttpResponse response) : ITrailerBytes, IResponseHeadHandler
{
    private readonly List<byte> _bytes = [];

    public void Take(byte value) => _bytes.Add(value);

    /// <summary>Passes them on; says why not when they are malformed.</summary>
    public ResponseFault Finish() =>
        _bytes.Count == 0 ? ResponseFault.None
        : ResponseHeadParser.ParseLines(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes), this) == ResponseFault.None ? ResponseFault.None
        : ResponseFault.Trailers;

    public void OnStatus(int status, bool isHttp10, ReadOnlySpan<byte> reason)
    {
        // Trailers have no status.
    }

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var text = HeaderStrings.Of(name);
        if (!TrailerNames.IsForbidden(text) && response.SupportsTrailers())
            response.AppendTrailer(text, Encoding.Latin1.GetString(value));
    }
}
