using System.Collections.Frozen;

namespace Weir.Policies.RequestRules;

/// <summary>What requests are judged by: the options of one instant in the shape that is cheap to ask.</summary>
internal sealed class RuleSet
{
    private static readonly string[] AlwaysProtected =
    [
        // What decides where the message ends, whom it is for and who sends it; the last four have rules of their own.
        "Host", "Content-Length", "Transfer-Encoding", "Content-Type", "Authorization", "Cookie", "Connection", "Upgrade", "TE", "Expect",
    ];

    private readonly FrozenSet<string>? _methods;
    private readonly FrozenSet<string> _protected;
    private readonly string[] _protectedPrefixes;
    private readonly string[] _upgrades;

    public RuleSet(RequestRulesOptions options)
    {
        UnderscoreHeaders = options.UnderscoreHeaders;
        AllowTrace = options.AllowTrace;
        MaxConnectionOptions = options.MaxConnectionOptions;
        _methods = options.AllowedMethods.Count == 0 ? null : options.AllowedMethods.ToFrozenSet(StringComparer.Ordinal);
        Allow = _methods is null ? "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS" : string.Join(", ", options.AllowedMethods);
        _upgrades = [.. options.Upgrades];
        var exact = options.ProtectedHeaders.Where(n => !n.EndsWith('*'));
        _protected = AlwaysProtected.Concat(exact).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _protectedPrefixes = [.. options.ProtectedHeaders.Where(n => n.EndsWith('*')).Select(n => n[..^1])];
    }

    public UnderscoreHeaders UnderscoreHeaders { get; }

    public bool AllowTrace { get; }

    public int MaxConnectionOptions { get; }

    /// <summary>True when only listed methods pass.</summary>
    public bool ListsMethods => _methods is not null;

    /// <summary>The <c>Allow</c> header of a 405; with no list, the methods that HTTP itself knows.</summary>
    public string Allow { get; }

    public bool AllowsMethod(string method) => _methods is null || _methods.Contains(method);

    /// <summary>The protocol as it is configured, or null when it is not.</summary>
    public string? UpgradeTo(ReadOnlySpan<char> protocol)
    {
        foreach (var upgrade in _upgrades)
        {
            if (protocol.Equals(upgrade, StringComparison.OrdinalIgnoreCase))
                return upgrade;
        }

        return null;
    }

    /// <summary>True for a header that <c>Connection</c> cannot have removed.</summary>
    public bool IsProtected(string name)
    {
        if (_protected.Contains(name))
            return true;
        foreach (var prefix in _protectedPrefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
