using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;
using Weir.Policies.Contracts;
using Weir.Transport;

namespace Weir.Gateway.Connections;

/// <summary>Sends stored bytes by this gateway's transport: without a copy where the connection allows it.</summary>
internal sealed class StoredSender : IStoredSender
{
    public ValueTask<FlushResult> SendAsync(HttpContext context, ReadOnlyMemory<byte> stored, CancellationToken cancel) => context.SendStoredAsync(stored, cancel);

    public ValueTask<FlushResult> SendFileAsync(HttpContext context, SafeFileHandle file, long offset, long count, CancellationToken cancel) =>
        context.SendFileRangeAsync(file, offset, count, cancel);
}
