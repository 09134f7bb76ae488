using Weir.Stores.Redis;

namespace Weir.Policies.Caching.Purging.Sharing;

/// <summary>What runs in Redis (5 or later). Ages are by its clock, so that the gateways' clocks need not agree.</summary>
internal static class PurgeScripts
{
    /// <summary>KEYS: stream. ARGV: purge, about how many are kept, channel. Returns the id.</summary>
    public static RedisScript Send { get; } = new("""
        local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'p', ARGV[1])
        redis.call('PUBLISH', ARGV[3], id)
        return id
        """);

    /// <summary>
    /// KEYS: stream. ARGV: id of what was read last or empty, how many are wanted, bytes. A stream that is not there begins with an
    /// entry that purges nothing, so that there always is one to have been read last. When the one read last is not there any more, others
    /// may be gone with it: reading begins at the start. Returns Redis' time in milliseconds, 1 for such a gap, the first id, 1 for
    /// more to read, and ids and purges in turn.
    /// </summary>
    public static RedisScript Read { get; } = new("""
        local t = redis.call('TIME')
        if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('XADD', KEYS[1], '*', 'p', '') end
        local gap = 1
        local from = '-'
        if ARGV[1] ~= '' and #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) > 0 then
          gap = 0
          from = ARGV[1]
        end
        local read = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', ARGV[2] + 2)
        local first = read[1][1]
        if gap == 0 then first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1][1] end
        local out, bytes, more = {}, 0, 0
        for i, entry in ipairs(read) do
          if gap == 1 or entry[1] ~= ARGV[1] then
            local text = entry[2][2] or ''
            if #out > 0 and (#out >= 2 * ARGV[2] or bytes + #text > tonumber(ARGV[3])) then
              more = 1
              break
            end
            out[#out + 1] = entry[1]
            out[#out + 1] = text
            bytes = bytes + #text
          end
        end
        return {t[1] * 1000 + math.floor(t[2] / 1000), gap, first, more, out}
        """);
}
