namespace Weir.Gateway.Admin;

/// <summary>Stands in where no feed, line or control is registered: knows nothing, and the loaded configuration is the host's own.</summary>
internal sealed class AbsentFacts : IFarmFacts, ILineFacts, IConfigurationFacts
{
    public bool IsLoaded => true;

    public string? Hash => null;

    public DateTimeOffset? LoadedAt => null;

    public IReadOnlyList<string> LastErrors => [];

    public ServerFacts? Find(string address) => null;

    public LineFacts Read(string cluster) => default;
}
