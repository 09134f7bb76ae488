using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Weir.Farm.Feed;

/// <summary>Writes each change of one server's limit, source, silence and cold start exactly once.</summary>
internal sealed class ReadingLog(ILogger logger)
{
    private (int Limit, LimitSource Source)? _limit;
    private bool _silent;
    private bool _cold;

    /// <param name="reading">The newest reading.</param>
    /// <param name="asked">True when the server is asked at all; then the guess before the first answer is not worth a line.</param>
    public void Note(FarmReading reading, bool asked)
    {
        if (asked && reading is { State: ReadingState.Never, LastError: null, Source: LimitSource.Default })
            return;
        if (_limit != (reading.Limit, reading.Source))
        {
            logger.LimitChanged(reading.Address, reading.Limit, _limit?.Limit.ToString(CultureInfo.InvariantCulture) ?? "unknown", reading.Source, reading.Reason);
            _limit = (reading.Limit, reading.Source);
        }

        NoteSilence(reading);
        NoteCold(reading);
    }

    private void NoteSilence(FarmReading reading)
    {
        var silent = reading.LastError is not null;
        if (silent && !_silent)
            logger.Silent(reading.Address, reading.Limit, reading.LastError!);
        else if (!silent && _silent)
            logger.Answers(reading.Address);
        _silent = silent;
    }

    private void NoteCold(FarmReading reading)
    {
        var cold = reading.OpenSlots < reading.Limit;
        if (cold && !_cold)
            logger.Cold(reading.Address, reading.OpenSlots, reading.Limit);
        else if (!cold && _cold)
            logger.Grown(reading.Address, reading.Limit);
        _cold = cold;
    }
}
