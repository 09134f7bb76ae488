namespace Weir.Gateway.Telemetry;

/// <summary>A last value.</summary>
internal sealed class ValueSeries
{
    private double _value;

    public double Value
    {
        get => Volatile.Read(ref _value);
        set => Volatile.Write(ref _value, value);
    }
}
