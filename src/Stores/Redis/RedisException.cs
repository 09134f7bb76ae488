namespace Weir.Stores.Redis;

/// <summary>A command without its reply, or a connection that could not be made.</summary>
#pragma warning disable RCS1194 // Without a fault there is none.
public sealed class RedisException : IOException
#pragma warning restore RCS1194
{
    internal RedisException(RedisFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>Why.</summary>
    public RedisFault Fault { get; }

    /// <summary>True when the server has not seen the command.</summary>
    public bool WasNotSent => Fault is RedisFault.NotConnected or RedisFault.Full;

    /// <summary>The server's error as an exception; its message is one line.</summary>
    public static RedisException Of(RedisReply error) => new(
        error.IsErrorOf("WRONGPASS"u8) || error.IsErrorOf("NOAUTH"u8) || error.IsErrorOf("NOPERM"u8) ? RedisFault.Denied : RedisFault.Server,
        Printable(error.Text));

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
