using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Weir.Policies.Throttle.Imports;
using Weir.Policies.Throttle.Judging;

namespace Weir.Policies.Throttle.Explain;

/// <summary>Rules of options that no gateway runs with.</summary>
internal static class OfflineRules
{
    public static ThrottleRules From(ThrottleOptions options, IConfiguration? configuration)
    {
        var imported = ThrottleImport.Read(options, configuration);
        return imported.Errors.Count == 0
            ? new ThrottleRules(imported.Options, imported.Limits)
            : throw new OptionsValidationException(ThrottleOptions.Section, typeof(ThrottleOptions), imported.Errors);
    }
}
