namespace Weir.Gateway.Telemetry;

/// <summary>A sum in stripes, a cache line each.</summary>
internal sealed class SumSeries
{
    private const int DoublesPerLine = 8;
    private readonly double[] _cells = new double[Cells.Stripes * DoublesPerLine];

    public double Value
    {
        get
        {
            var sum = 0.0;
            for (var i = 0; i < _cells.Length; i += DoublesPerLine)
                sum += Volatile.Read(ref _cells[i]);
            return sum;
        }
    }

    public void Add(double value) => Cells.Add(ref _cells[Cells.Current * DoublesPerLine], value);
}
