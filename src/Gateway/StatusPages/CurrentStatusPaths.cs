using Microsoft.Extensions.Options;
using Weir.Farm.Feed;

namespace Weir.Gateway.StatusPages;

/// <summary>The paths of the configuration in force; worked out once for each.</summary>
internal sealed class CurrentStatusPaths(IOptionsMonitor<FarmOptions> options)
{
    private volatile Made? _made;

    public bool Covers(string path)
    {
        var current = options.CurrentValue;
        var made = _made;
        if (made is null || !ReferenceEquals(made.Options, current))
            _made = made = new Made(current, new StatusPaths(current));
        return made.Paths.Covers(path);
    }

    private sealed record Made(FarmOptions Options, StatusPaths Paths);
}
