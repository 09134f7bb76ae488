using System.Globalization;

namespace Weir.Stores.Redis;

/// <summary>A cluster's <c>MOVED 3999 host:port</c> or <c>ASK 3999 host:port</c>.</summary>
/// <param name="Slot">0 to 16383.</param>
/// <param name="Endpoint">Where it is.</param>
/// <param name="IsAsk">For this command only, after ASKING.</param>
internal readonly record struct RedisRedirect(int Slot, RedisEndpoint Endpoint, bool IsAsk)
{
    /// <summary>Reads one; null when the reply is none.</summary>
    /// <param name="reply">Any reply.</param>
    /// <param name="asked">Who answered: an empty host means the same.</param>
    public static RedisRedirect? Of(RedisReply reply, RedisEndpoint asked)
    {
        var isAsk = reply.IsErrorOf("ASK"u8);
        if (!isAsk && !reply.IsErrorOf("MOVED"u8))
            return null;
        var words = reply.Text.Split(' ');
        if (words.Length != 3 || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var slot) || slot >= RedisSlots.Count)
            return null;
        var target = words[2].LastIndexOf(':') == 0 ? asked.Host + words[2] : words[2];
        return RedisEndpoint.Parse(target) is { } endpoint ? new RedisRedirect(slot, endpoint, isAsk) : null;
    }
}
