using Microsoft.Extensions.Configuration;
using Weir.Policies.Throttle.Imports;

namespace Weir.Policies.Throttle;

/// <summary>Faults in AspNetCoreRateLimit's sections, for whoever checks a whole configuration: no section of ours holds them.</summary>
public static class ThrottleFaults
{
    /// <summary>Every fault, as a full sentence that begins with the key.</summary>
    /// <param name="configuration">The whole configuration.</param>
    public static IReadOnlyList<string> InImportedSections(IConfiguration configuration) => IpRateLimitReader.Read(configuration).Errors;
}
