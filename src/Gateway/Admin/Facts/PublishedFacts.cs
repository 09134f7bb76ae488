using Weir.Gateway.Control.Publish;

namespace Weir.Gateway.Admin.Facts;

/// <summary>The configuration in force as operators see it. One is in force from the start: without, the gateway does not start.</summary>
internal sealed class PublishedFacts(IConfigurationStatus status) : IConfigurationFacts
{
    public bool IsLoaded => true;

    public string Hash => status.ActiveHash;

    public DateTimeOffset? LoadedAt => status.ActiveSince;

    public IReadOnlyList<string> LastErrors => [.. status.LastErrors.Select(e => e.ToString())];
}
