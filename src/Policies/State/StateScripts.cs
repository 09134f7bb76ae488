using Weir.Stores.Redis;

namespace Weir.Policies.State;

/// <summary>What runs in Redis. Times are its own, in milliseconds, so that the gateways' clocks need not agree.</summary>
internal static class StateScripts
{
    /// <summary>What <see cref="Change"/> returns when it took the change and told the others.</summary>
    public const long Taken = 1;

    /// <summary>... when a lift that is no older than the ban stays: the ban is over here too.</summary>
    public const long Lifted = 2;

    /// <summary>... when the list is full.</summary>
    public const long Full = -1;

    private const string Now = """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)

        """;

    /// <summary>KEYS: replicas. ARGV: replica, time-out, channel. Says that a gateway is alive; returns how many are, and 1 when this one was not known.</summary>
    public static RedisScript Beat { get; } = new(Now + """
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
        local new = redis.call('ZADD', KEYS[1], now, ARGV[1])
        redis.call('PEXPIRE', KEYS[1], ARGV[2] * 2)
        if new == 1 then redis.call('PUBLISH', ARGV[3], ARGV[1]) end
        return {redis.call('ZCARD', KEYS[1]), new}
        """);

    /// <summary>KEYS: replicas. ARGV: replica, channel. A gateway leaves.</summary>
    public static RedisScript Leave { get; } = new("""
        redis.call('ZREM', KEYS[1], ARGV[1])
        redis.call('PUBLISH', ARGV[2], ARGV[1])
        return 1
        """);

    /// <summary>
    /// KEYS: bans, their ends. ARGV: network, 1 for a ban or 0 for a lift, its age, what remains of the ban (-1: no end) or of
    /// the memory of the lift, JSON, bound, channel, replica. Of two bans the one that ends later stays, of a ban and a lift the
    /// newer; of the same age the lift, which has a ban before it. Returns <see cref="Taken"/>, <see cref="Lifted"/>,
    /// <see cref="Full"/>, or 0 when what is there stays.
    /// </summary>
    public static RedisScript Change { get; } = new(Now + """
        local gone = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 100)
        for _, network in ipairs(gone) do
          redis.call('HDEL', KEYS[1], network)
          redis.call('ZREM', KEYS[2], network)
        end
        local stamp = now - ARGV[3]
        local ends = -1
        if tonumber(ARGV[4]) >= 0 then ends = now + ARGV[4] end
        local tell = true
        local old = redis.call('HGET', KEYS[1], ARGV[1])
        if old then
          local s, kind, e = string.match(old, '^(%d+) (%d) (%-?%d+) ')
          if s then
            s, e = tonumber(s), tonumber(e)
            if e < 0 or e > now then
              if kind == '1' and ARGV[2] == '1' then
                if e < 0 or (ends >= 0 and e >= ends - 1000) then return 0 end
              elseif kind == '0' and ARGV[2] == '1' then
                if s >= stamp then return 2 end
              elseif s > stamp then
                return 0
              end
              tell = kind == '1' or ARGV[2] == '1'
            end
          end
        elseif redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[6]) then
          return -1
        end
        redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %s %.0f %s', stamp, ARGV[2], ends, ARGV[5]))
        if ends >= 0 then
          redis.call('ZADD', KEYS[2], ends, ARGV[1])
        else
          redis.call('ZREM', KEYS[2], ARGV[1])
        end
        if not tell then return 0 end
        redis.call('PUBLISH', ARGV[7], ARGV[8] .. ' ' .. ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. ARGV[4] .. ' ' .. ARGV[1] .. ' ' .. ARGV[5])
        return 1
        """);
}
