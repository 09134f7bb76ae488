using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Win32.SafeHandles;

namespace Weir.Policies.Contracts;

/// <summary>Sends stored bytes as the connection likes them best. Implemented by the host, which knows its transport.</summary>
public interface IStoredSender
{
    /// <summary>Sends bytes that never change.</summary>
    /// <returns>Completed when the client has gone.</returns>
    ValueTask<FlushResult> SendAsync(HttpContext context, ReadOnlyMemory<byte> stored, CancellationToken cancel);

    /// <summary>Sends a range of a file.</summary>
    ValueTask<FlushResult> SendFileAsync(HttpContext context, SafeFileHandle file, long offset, long count, CancellationToken cancel);
}
