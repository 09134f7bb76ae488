using Microsoft.Win32.SafeHandles;

namespace Weir.Transport;

/// <summary>
/// Sends stored bytes without copying them although the server counts them. What is lent is what the connection's next
/// <c>GetMemory</c> returns; <c>Advance</c> of its whole length makes it the next piece of output. The memory stands for the
/// bytes and has no content. Only for plain connections on this transport, and only where the server passes
/// <c>GetMemory</c> straight through: HTTP/1.1 with a Content-Length, after the head was written.
/// </summary>
/// <seealso cref="LendingExtensions"/>
public interface ILendingFeature
{
    /// <summary>Lends stored bytes, which must not change until they are released.</summary>
    /// <param name="stored">Not empty.</param>
    /// <param name="released">Called once, on any thread, when the bytes were sent or the connection died; must be quick.</param>
    /// <returns>False when this connection cannot take it: nothing was lent and <paramref name="released"/> is not called.</returns>
    /// <exception cref="InvalidOperationException">Something is lent already.</exception>
    bool Lend(ReadOnlyMemory<byte> stored, Action<object?>? released = null, object? state = null);

    /// <summary>Lends a range of a file, which is sent with sendfile(2); reading it must not block, so it is in the page cache.</summary>
    /// <param name="offset">First byte; 0 or more.</param>
    /// <param name="count">Bytes; more than 0. A file that turns out to be shorter ends the connection.</param>
    /// <returns>As <see cref="Lend"/>.</returns>
    bool LendFile(SafeFileHandle file, long offset, int count, Action<object?>? released = null, object? state = null);

    /// <summary>True when this is the memory that stands for what is lent.</summary>
    bool IsLent(ReadOnlyMemory<byte> memory);

    /// <summary>Ends the loan when the memory did not come or was not taken. False when it was: then <c>released</c> comes in its time.</summary>
    bool TakeBack();
}
