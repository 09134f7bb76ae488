using Microsoft.Win32.SafeHandles;

namespace Weir.Policies.Caching.Entries;

/// <summary>
/// A body in a file that stays readable while the handle is open, whatever happens to its name. Its bytes were checked against the
/// entry's checksum when it was opened, or are while they are read; see the store.
/// </summary>
/// <param name="file">Owned by the body; closed by its finalizer when nobody reads it any more.</param>
/// <param name="offset">First byte.</param>
/// <param name="length">Bytes, more than 0.</param>
internal sealed class FileBody(SafeFileHandle file, long offset, long length) : CachedBody
{
    public SafeFileHandle File { get; } = file;

    public long Offset { get; } = offset;

    /// <inheritdoc />
    public override long Length { get; } = length;

    /// <inheritdoc />
    public override long MemoryBytes => 0;
}
