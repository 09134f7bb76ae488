namespace Weir.Farm.Model;

/// <summary>How fast an Apache grows: it forks 1, 2, 4 ... 32 processes a second while it is short of idle workers.</summary>
public static class SpawnSchedule
{
    private const int MostPerSecond = 32;

    /// <summary>Whole seconds from <paramref name="start"/> processes to <paramref name="target"/>.</summary>
    public static int SecondsToReach(int start, int target)
    {
        var seconds = 0;
        long processes = start;
        for (var rate = 1; processes < target && rate < MostPerSecond; rate *= 2)
        {
            processes += rate;
            seconds++;
        }

        return processes >= target ? seconds : seconds + (int)((target - processes + MostPerSecond - 1) / MostPerSecond);
    }
}
