namespace Weir.Fail2ban;

/// <summary>Something about a configuration file.</summary>
/// <param name="IsError">True when a jail is not in force because of it.</param>
/// <param name="Where">File, with the section or line where known.</param>
/// <param name="Text">One sentence.</param>
public sealed record Fail2banMessage(bool IsError, string Where, string Text);
