using Microsoft.Extensions.Configuration;

namespace Weir.Policies.Throttle.Imports;

/// <summary>The options with everything that they have imported.</summary>
/// <param name="Options">With mod_evasive's directives in them.</param>
/// <param name="Limits">AspNetCoreRateLimit's; null for none.</param>
/// <param name="Errors">Every fault; with one of them nothing of it may be used.</param>
/// <param name="Notes">What was read and does nothing here.</param>
internal sealed record ThrottleImport(ThrottleOptions Options, IpRateLimits? Limits, IReadOnlyList<string> Errors, IReadOnlyList<string> Notes)
{
    /// <summary>Reads the file and the sections that the options name.</summary>
    /// <param name="configuration">Null when there is none to read sections from.</param>
    public static ThrottleImport Read(ThrottleOptions options, IConfiguration? configuration)
    {
        var errors = new List<string>();
        var notes = new List<string>();
        var limits = default(IpRateLimits);
        if (options.ModEvasiveFile is { Length: > 0 } file)
        {
            var read = ModEvasiveFile.Read(file);
            errors.AddRange(read.Errors);
            notes.AddRange(read.Notes);
            options = read.Over(options);
        }

        if (options.ImportIpRateLimiting && configuration is not null)
        {
            var read = IpRateLimitReader.Read(configuration);
            errors.AddRange(read.Errors);
            notes.AddRange(read.Notes);
            limits = read.Limits;
        }

        return new ThrottleImport(options, limits, errors, notes);
    }
}
