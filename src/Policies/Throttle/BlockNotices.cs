using System.Net;
using Microsoft.Extensions.Logging;

namespace Weir.Policies.Throttle;

/// <summary>Logs clients whose block begins, at most ten a minute: under attack the log must not become the flood.</summary>
internal sealed class BlockNotices(TimeProvider clock, ILogger<BlockNotices> logger)
{
    private const int PerMinute = 10;

    private readonly Lock _lock = new();
    private long _minute = -1;
    private int _logged;
    private long _unlogged;

    public void Began(IPAddress client, TimeSpan period, string reason, bool isDryRun)
    {
        long unlogged;
        lock (_lock)
        {
            var minute = clock.GetTimestamp() / (clock.TimestampFrequency * 60);
            if (minute != _minute)
                (_minute, _logged) = (minute, 0);
            if (_logged == PerMinute)
            {
                _unlogged++;
                return;
            }

            _logged++;
            (unlogged, _unlogged) = (_unlogged, 0);
        }

        ThrottleLog.Blocked(logger, client, period, reason, isDryRun, unlogged);
    }
}
