namespace Weir.Farm.Model;

/// <summary>On which devices (major:minor) the folders lie; null where Apache has no such folder.</summary>
/// <param name="DocumentRoot">Device of the pages.</param>
/// <param name="Logs">Device of the access log.</param>
/// <param name="Cache">Device of mod_cache_disk's CacheRoot.</param>
public sealed record DiskLayout(string? DocumentRoot, string? Logs, string? Cache);
