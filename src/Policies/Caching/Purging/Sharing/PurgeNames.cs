using System.Security.Cryptography;
using System.Text;

namespace Weir.Policies.Caching.Purging.Sharing;

/// <summary>Names in Redis, and this gateway's own.</summary>
/// <param name="prefix">What all begin with.</param>
internal sealed class PurgeNames(string prefix)
{
    /// <summary>The stream of purges.</summary>
    public byte[] Stream { get; } = Encoding.UTF8.GetBytes(prefix + "purges");

    /// <summary>Says that the stream has more.</summary>
    public string Channel { get; } = prefix + "purged";

    /// <summary>Keys that unsafe requests made invalid.</summary>
    public string Invalidations { get; } = prefix + "invalidated";

    /// <summary>Other at each start.</summary>
    public string Replica { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);
}
