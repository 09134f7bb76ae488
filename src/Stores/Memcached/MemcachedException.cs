namespace Weir.Stores.Memcached;

/// <summary>A command without its reply, the server's error, or a connection that could not be made.</summary>
#pragma warning disable RCS1194 // Without a fault there is none.
public sealed class MemcachedException : IOException
#pragma warning restore RCS1194
{
    internal MemcachedException(MemcachedFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>Why.</summary>
    public MemcachedFault Fault { get; }

    // A line for the log, whatever the server sent.
    internal static string Printable(string text)
    {
        var line = text.Length > 200 ? text[..200] : text;
        return string.Create(line.Length, line, static (into, from) =>
        {
            for (var i = 0; i < into.Length; i++)
                into[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
    }
}
