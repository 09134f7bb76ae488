using System.Globalization;

namespace Weir.Farm.Model;

/// <summary>Event's AsyncRequestWorkerFactor: a decimal in the file, a whole number of at least 1 in use.</summary>
internal static class AsyncFactor
{
    private const string Directive = nameof(MpmSettings.AsyncRequestWorkerFactor);

    public static int Parse(string? text, MpmMessages say)
    {
        if (text is null)
            return MpmDefaults.AsyncRequestWorkerFactor;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            say.Fatal(Directive, "error parsing value");
            return MpmDefaults.AsyncRequestWorkerFactor;
        }

        if (value > 0)
            return (int)Math.Clamp(Math.Floor(value), 1, 1_000_000);
        say.Fatal(Directive, "AsyncRequestWorkerFactor argument must be a positive number");
        return MpmDefaults.AsyncRequestWorkerFactor;
    }
}
