using System.Security.Cryptography;
using System.Text;

namespace Weir.Stores.Redis;

/// <summary>A Lua script and its hash.</summary>
public sealed class RedisScript
{
    /// <param name="text">Lua.</param>
    public RedisScript(string text)
    {
        Text = Encoding.UTF8.GetBytes(text);
#pragma warning disable CA5350 // SHA-1 is the name that Redis gives a script; it guards nothing.
        Hash = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA1.HashData(Text.Span)));
#pragma warning restore CA5350
    }

    internal ReadOnlyMemory<byte> Text { get; }

    internal ReadOnlyMemory<byte> Hash { get; }

    internal RedisCommand Command(bool byHash, ReadOnlyMemory<byte>[] keys, ReadOnlyMemory<byte>[] arguments)
    {
        var words = new ReadOnlyMemory<byte>[3 + keys.Length + arguments.Length];
        words[0] = byHash ? "EVALSHA"u8.ToArray() : "EVAL"u8.ToArray();
        words[1] = byHash ? Hash : Text;
        words[2] = RedisCommand.Number(keys.Length);
        keys.CopyTo(words, 3);
        arguments.CopyTo(words, 3 + keys.Length);
        return RedisCommand.ForKeyAt(keys.Length > 0 ? 3 : 0, words);
    }
}
