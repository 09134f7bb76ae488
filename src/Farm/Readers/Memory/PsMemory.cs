namespace Weir.Farm.Readers.Memory;

/// <summary>What the published line <c>ps -ylC apache2 | awk '{x += $8; y += 1} END {print x/1024, x/((y-1)*1024)}'</c> tells.</summary>
/// <param name="TotalMb">Sum of the RSS of every apache2 on the machine.</param>
/// <param name="AverageMb">The sum divided by the lines less one: header and parents included.</param>
/// <param name="Processes">Processes that it counted.</param>
/// <param name="PssMb">What the same processes really hold; null when it may not be read.</param>
public sealed record PsMemory(double TotalMb, double AverageMb, int Processes, double? PssMb)
{
    /// <summary>How far the sum is off: 2.8 means 2.8 times too much. Null when PSS may not be read.</summary>
    public double? TimesTooMuch => PssMb is > 0 and var pss ? TotalMb / pss : null;
}
