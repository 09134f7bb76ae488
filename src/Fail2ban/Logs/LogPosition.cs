namespace Weir.Fail2ban.Logs;

/// <summary>A place in a file that outlives restarts.</summary>
/// <param name="Path">The file.</param>
/// <param name="Inode">Number of the file on its file system; 0 where there is none.</param>
/// <param name="Offset">Bytes before the next line.</param>
/// <param name="FirstLineHash">Hash of its first line, up to 256 bytes: an inode number is used again after rotation.</param>
public sealed record LogPosition(string Path, ulong Inode, long Offset, ulong FirstLineHash);
