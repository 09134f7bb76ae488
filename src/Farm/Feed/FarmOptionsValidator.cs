using Microsoft.Extensions.Options;

namespace Weir.Farm.Feed;

/// <summary>Rules of <c>Weir:Farm</c> that no attribute can say. Reports every fault, each with its key path.</summary>
public sealed class FarmOptionsValidator : IValidateOptions<FarmOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, FarmOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = new List<string>();
        if (options.Reserve >= options.Defaults.MaxRequestWorkers)
            failures.Add($"{FarmOptions.Section}:Reserve is {options.Reserve}; allowed: less than {FarmOptions.Section}:Defaults:MaxRequestWorkers ({options.Defaults.MaxRequestWorkers}).");
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < options.Servers.Count; i++)
            Check(options, i, seen, failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void Check(FarmOptions options, int index, Dictionary<string, int> seen, List<string> failures)
    {
        var key = $"{FarmOptions.Section}:Servers:{index}";
        var server = options.Servers[index];
        if (ServerAddress.Canonical(server.Address) is not { } canonical)
            failures.Add($"{key}:Address is \"{server.Address}\"; allowed: an absolute http or https URL.");
        else if (!seen.TryAdd(canonical, index))
            failures.Add($"{key}:Address is \"{server.Address}\"; {FarmOptions.Section}:Servers:{seen[canonical]} names the same server.");
        if (server.MaxRequestWorkers <= options.Reserve)
            failures.Add($"{key}:MaxRequestWorkers is {server.MaxRequestWorkers}; allowed: more than {FarmOptions.Section}:Reserve ({options.Reserve}).");
        if (server.Limit > server.MaxRequestWorkers)
            failures.Add($"{key}:Limit is {server.Limit}; allowed: at most {key}:MaxRequestWorkers ({server.MaxRequestWorkers}).");
        var (keepAlive, said) = server.KeepAliveTimeout is { } own ? (own, $"{key}:KeepAliveTimeout") : (options.Defaults.KeepAliveTimeout, $"{FarmOptions.Section}:Defaults:KeepAliveTimeout");
        if (server.IdleTimeout > TimeSpan.Zero && server.IdleTimeout >= keepAlive)
            failures.Add($"{key}:IdleTimeout is {server.IdleTimeout}; allowed: less than {said} ({keepAlive}).");
        CheckUrl($"{key}:StatusUrl", server.StatusUrl, failures);
        CheckUrl($"{key}:NodeDocumentUrl", server.NodeDocumentUrl, failures);
        if (server.Model is { } model && model.RamMb <= model.ReservedMb + model.OtherServicesMb)
            failures.Add($"{key}:Model:RamMb is {model.RamMb}; allowed: more than ReservedMb and OtherServicesMb together ({model.ReservedMb + model.OtherServicesMb}).");
    }

    private static void CheckUrl(string key, string? url, List<string> failures)
    {
        if (url is not null && ServerAddress.Canonical(url) is null)
            failures.Add($"{key} is \"{url}\"; allowed: an absolute http or https URL.");
    }
}
