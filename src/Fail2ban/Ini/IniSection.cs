namespace Weir.Fail2ban.Ini;

/// <summary>Values of a section by key; keys are lower-case.</summary>
internal sealed class IniSection() : Dictionary<string, IniValue>(StringComparer.Ordinal)
{
    public void Merge(IniSection other)
    {
        foreach ((string key, IniValue value) in other)
        {
            this[key] = value;
        }
    }
}
