namespace Weir.Policies.RequestRules;

/// <summary>What happens to a header whose name is more than letters, digits and hyphens.</summary>
public enum UnderscoreHeaders
{
    /// <summary>The header is left out, the request goes on.</summary>
    Drop,

    /// <summary>400.</summary>
    Refuse,

    /// <summary>The header goes on as it is.</summary>
    Allow,
}
