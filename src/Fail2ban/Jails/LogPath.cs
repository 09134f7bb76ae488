namespace Weir.Fail2ban.Jails;

/// <summary>One file, or pattern of files, to follow.</summary>
/// <param name="Pattern">Absolute path, perhaps with <c>*</c>, <c>?</c> and <c>[...]</c>.</param>
/// <param name="FromTail">True starts at the end of a file never seen before, as <c>logpath = FILE tail</c>.</param>
public sealed record LogPath(string Pattern, bool FromTail);
