using Weir.Policies.Jail;

namespace Weir.Gateway.Control.Compile;

/// <summary>Reads the Fail2ban folder that the configuration names, and tells what keeps a jail of it from being in force.</summary>
internal sealed class Fail2banCheck : ICrossCheck
{
    private const string Key = $"{JailOptions.Section}:Fail2ban:Folder";

    /// <inheritdoc />
    public void Check(CompiledConfiguration candidate, ErrorList errors)
    {
        if (candidate.Options.GetValueOrDefault(JailOptions.Section) is not JailOptions options || errors.HasUnder($"{JailOptions.Section}:Fail2ban"))
            return;
        foreach (var fault in Fail2banFaults.Of(options.Fail2ban))
            errors.Add(Key, $"{Key}: {fault}", candidate.Settings.OriginOf(Key));
    }
}
