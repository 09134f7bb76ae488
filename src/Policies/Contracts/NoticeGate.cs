namespace Weir.Policies.Contracts;

/// <summary>Lets a few notices a minute through at their own level: under attack the log must not become the flood.</summary>
internal sealed class NoticeGate(TimeProvider time)
{
    /// <summary>Notices a minute.</summary>
    public const int PerMinute = 10;

    private readonly Lock _lock = new();
    private long _minute = -1;
    private int _told;
    private long _untold;

    /// <param name="untold">Those since the last that was let through that were not.</param>
    public bool MayTell(out long untold)
    {
        lock (_lock)
        {
            var minute = time.GetTimestamp() / (time.TimestampFrequency * 60);
            if (minute != _minute)
                (_minute, _told) = (minute, 0);
            untold = 0;
            if (_told == PerMinute)
            {
                _untold++;
                return false;
            }

            _told++;
            (untold, _untold) = (_untold, 0);
            return true;
        }
    }
}
