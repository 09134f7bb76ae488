namespace Weir.Bench.Proxies;

/// <summary>The cells of a run, and the medians and ratios over its rounds.</summary>
internal sealed class Results
{
    private readonly List<Cell> _cells = [];

    public void Add(Cell cell) => _cells.Add(cell);

    /// <summary>Whether a proxy ran a scenario.</summary>
    public bool Has(string scenario, string proxy) => Of(scenario, proxy).Any();

    /// <summary>Median over the rounds; NaN when it did not run.</summary>
    public double Median(string scenario, string proxy, Func<Cell, double> figure) => Median(Of(scenario, proxy).Select(figure));

    public long Failures(string scenario, string proxy) => Of(scenario, proxy).Sum(c => c.Load.Failures);

    /// <summary>CPU per request of one proxy over another's: each round compared with itself; NaN when one did not run.</summary>
    public Spread Ratio(string scenario, string proxy, string to)
    {
        double[] ratios = [.. Of(scenario, proxy).Join(Of(scenario, to), c => c.Round, c => c.Round, (c, t) => c.CpuMicroseconds / t.CpuMicroseconds).Where(r => !double.IsNaN(r))];
        return ratios.Length == 0 ? new Spread(double.NaN, double.NaN, double.NaN) : new Spread(Median(ratios), ratios.Min(), ratios.Max());
    }

    /// <summary>The middle figure, or the mean of the two in the middle; NaN ones are left out; NaN for none.</summary>
    public static double Median(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Where(f => !double.IsNaN(f)).Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    private IEnumerable<Cell> Of(string scenario, string proxy) => _cells.Where(c => c.Scenario == scenario && c.Proxy == proxy);
}
