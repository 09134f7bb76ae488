using System.Globalization;
using Weir.Farm.Model;

namespace Weir.Farm.Readers.Config;

/// <summary>Takes the MPM's directives out of a configuration.</summary>
public static class MpmSettingsReader
{
    /// <summary>The settings as configured; what is not written stays null.</summary>
    /// <param name="config">A configuration, or the directives of a dump.</param>
    /// <param name="mpm">The MPM; the loaded module tells it when the configuration has one.</param>
    public static MpmSettings Read(ApacheConfig config, Mpm mpm) => new()
    {
        Mpm = mpm,
        ServerLimit = Number(config, nameof(MpmSettings.ServerLimit)),
        ThreadLimit = Number(config, nameof(MpmSettings.ThreadLimit)),
        ThreadsPerChild = Number(config, nameof(MpmSettings.ThreadsPerChild)),
        MaxRequestWorkers = Number(config, nameof(MpmSettings.MaxRequestWorkers), "MaxClients"),
        StartServers = Number(config, nameof(MpmSettings.StartServers)),
        MinSpareThreads = Number(config, nameof(MpmSettings.MinSpareThreads)),
        MaxSpareThreads = Number(config, nameof(MpmSettings.MaxSpareThreads)),
        MinSpareServers = Number(config, nameof(MpmSettings.MinSpareServers)),
        MaxSpareServers = Number(config, nameof(MpmSettings.MaxSpareServers)),
        AsyncRequestWorkerFactor = Argument(config, nameof(MpmSettings.AsyncRequestWorkerFactor)),
        MaxConnectionsPerChild = Number(config, nameof(MpmSettings.MaxConnectionsPerChild), "MaxRequestsPerChild"),
        KeepAlive = Argument(config, nameof(MpmSettings.KeepAlive)) is { } flag ? !flag.Equals("Off", StringComparison.OrdinalIgnoreCase) : null,
        KeepAliveTimeout = Argument(config, nameof(MpmSettings.KeepAliveTimeout)) is { } time ? Timeout(time) : null,
        MaxKeepAliveRequests = Number(config, nameof(MpmSettings.MaxKeepAliveRequests)),
    };

    /// <summary>Apache's time: a number with <c>ms</c>, <c>s</c>, <c>mi</c>/<c>min</c> or <c>h</c>, seconds by default; null when it is none.</summary>
    public static TimeSpan? Timeout(string text)
    {
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
            digits++;
        if (!long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value > 10_000_000)
            return null;
        return text[digits..].ToLowerInvariant() switch
        {
            "" or "s" => TimeSpan.FromSeconds(value),
            "ms" => TimeSpan.FromMilliseconds(value),
            "mi" or "min" => TimeSpan.FromMinutes(value),
            "h" => TimeSpan.FromHours(value),
            _ => null,
        };
    }

    private static string? Argument(ApacheConfig config, params ReadOnlySpan<string> names) =>
        config.Last(names) is { Arguments: [var first, ..] } ? first : null;

    private static ApacheNumber? Number(ApacheConfig config, params ReadOnlySpan<string> names) =>
        Argument(config, names) is { } text ? new ApacheNumber(text) : null;
}
