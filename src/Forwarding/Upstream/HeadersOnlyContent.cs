using System.Net;

namespace Weir.Forwarding.Upstream;

/// <summary>A place for content headers; it has no bytes and says no length.</summary>
internal sealed class HeadersOnlyContent : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
