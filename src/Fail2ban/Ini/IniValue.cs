namespace Weir.Fail2ban.Ini;

/// <summary>A value before interpolation, and where it stands.</summary>
internal readonly record struct IniValue(string Text, string File, int Line)
{
    public string Where => Line > 0 ? $"{File}:{Line}" : File;
}
