namespace Weir.Fail2ban.Ini;

/// <summary>A value that cannot be had; the message is a sentence for the operator.</summary>
internal sealed class IniException(string where, string message) : Exception(message)
{
    public string Where { get; } = where;
}
