using Microsoft.Extensions.Options;

namespace Weir.Policies.Balancing;

/// <summary>What the attributes of <see cref="BalancingOptions"/> cannot say.</summary>
public sealed class BalancingOptionsValidator : IValidateOptions<BalancingOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, BalancingOptions options)
    {
        var errors = new List<string>();
        if (!double.IsFinite(options.HashLoadFactor))
            errors.Add($"{BalancingOptions.Section}:HashLoadFactor is {options.HashLoadFactor}; allowed: 1.01 to 1000.");
        if (double.IsNaN(options.PanicThreshold))
            errors.Add($"{BalancingOptions.Section}:PanicThreshold is {options.PanicThreshold}; allowed: 0 to 1.");
        foreach (var (id, cluster) in options.Clusters)
        {
            var key = $"{BalancingOptions.Section}:Clusters:{id}";
            if (string.IsNullOrWhiteSpace(id))
                errors.Add($"{key} has the name '{id}'; allowed: the id of a cluster.");
            else if (cluster is null or { HashLoadFactor: null, PanicThreshold: null, StickyWhenFull: null })
                errors.Add($"{key} is empty; allowed: at least one of HashLoadFactor, PanicThreshold and StickyWhenFull.");
            else if (cluster.HashLoadFactor is { } factor && !double.IsFinite(factor))
                errors.Add($"{key}:HashLoadFactor is {factor}; allowed: 1.01 to 1000.");
            else if (cluster.PanicThreshold is { } panic && double.IsNaN(panic))
                errors.Add($"{key}:PanicThreshold is {panic}; allowed: 0 to 1.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
