namespace Weir.Gateway.Telemetry;

/// <summary>Names of meters.</summary>
internal static class MeterNames
{
    /// <summary>The one meter of this house.</summary>
    public const string Weir = "Weir";

    /// <summary>.NET's own.</summary>
    public const string Runtime = "System.Runtime";

    /// <summary>The meters that the options ask for.</summary>
    public static HashSet<string> Of(MetricsOptions options)
    {
        var names = new HashSet<string>(options.Meters, StringComparer.Ordinal) { Weir };
        if (options.Kestrel)
            names.Add("Microsoft.AspNetCore.Server.Kestrel");
        if (options.Requests)
            names.Add("Microsoft.AspNetCore.Hosting");
        if (options.HttpClient)
            names.Add("System.Net.Http");
        if (options.Runtime)
            names.Add(Runtime);
        return names;
    }
}
