using System.Buffers.Text;
using System.Text;

namespace Weir.Stores.Redis;

/// <summary>
/// One reply. Its owner is who awaited it. Values above 1 KiB lie in rented memory until <see cref="Dispose"/>: afterwards
/// their bytes must not be read. A reply that is not disposed costs the pool a buffer, nothing else.
/// </summary>
public readonly struct RedisReply : IDisposable
{
    // byte[], RedisPayload or RedisReply[].
    private readonly object? _body;

    internal RedisReply(RedisReplyKind kind, object? body, long integer = 0) => (Kind, _body, Integer) = (kind, body, integer);

    /// <summary>What it is.</summary>
    public RedisReplyKind Kind { get; }

    /// <summary>The number of an <see cref="RedisReplyKind.Integer"/> or <see cref="RedisReplyKind.Boolean"/>; otherwise 0.</summary>
    public long Integer { get; }

    /// <summary>True when the server has nothing under that key.</summary>
    public bool IsNull => Kind == RedisReplyKind.Null;

    /// <summary>True for the server's error.</summary>
    public bool IsError => Kind == RedisReplyKind.Error;

    /// <summary>The bytes of a text or bulk; empty for others.</summary>
    /// <exception cref="ObjectDisposedException">The reply has been disposed.</exception>
    public ReadOnlyMemory<byte> Memory => _body switch
    {
        byte[] small => small,
        RedisPayload large => large.Memory,
        _ => default,
    };

    /// <summary>The same bytes.</summary>
    public ReadOnlySpan<byte> Span => Memory.Span;

    /// <summary>The parts of an array, set, map (keys and values in turn) or push; empty for others.</summary>
    public ReadOnlySpan<RedisReply> Items => _body as RedisReply[];

    /// <summary>The bytes as UTF-8, for messages.</summary>
    public string Text => Encoding.UTF8.GetString(Span);

    /// <summary>The number of an integer, or of a text that is one.</summary>
    public bool TryGetInteger(out long value)
    {
        value = Integer;
        if (Kind is RedisReplyKind.Integer or RedisReplyKind.Boolean)
            return true;
        return Utf8Parser.TryParse(Span, out value, out var used) && used == Span.Length;
    }

    /// <summary>True for an error whose first word is this.</summary>
    internal bool IsErrorOf(ReadOnlySpan<byte> word) => IsError && Span.StartsWith(word) && (Span.Length == word.Length || Span[word.Length] == ' ');

    /// <summary>True when a replica refuses to write; a script's refusal has the word inside, before Redis 7.</summary>
    internal bool IsReadOnly => IsErrorOf("READONLY"u8) || (IsErrorOf("ERR"u8) && Span.IndexOf("-READONLY "u8) > 0);

    /// <summary>The reply itself.</summary>
    /// <exception cref="RedisException">It is the server's error.</exception>
    public RedisReply ThrowIfError() => IsError ? throw RedisException.Of(this) : this;

    /// <inheritdoc />
    public void Dispose()
    {
        if (_body is RedisPayload payload)
            payload.Dispose();
        else if (_body is RedisReply[] items)
        {
            foreach (var item in items)
                item.Dispose();
        }
    }
}
