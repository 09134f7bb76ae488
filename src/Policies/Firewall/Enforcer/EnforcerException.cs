namespace Weir.Policies.Firewall.Enforcer;

/// <summary>The enforcer cannot start, or nft failed. The message is for people.</summary>
/// <param name="message">A full sentence.</param>
public sealed class EnforcerException(string message) : Exception(message)
{
    /// <summary>A table, set or rule was not there.</summary>
    internal bool IsMissing { get; init; }
}
