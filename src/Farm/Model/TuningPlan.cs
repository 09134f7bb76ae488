namespace Weir.Farm.Model;

/// <summary>
/// What the model makes of its inputs. Immutable; <see cref="TuningPlanJson"/> writes it in a stable shape: names in
/// camelCase, enums as lower-case words, memory in MB, times in seconds, null for "not known".
/// </summary>
public sealed record TuningPlan
{
    /// <summary>Version of this shape; grows only when a field changes its meaning or goes.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The directives as configured.</summary>
    public required MpmSettings Configured { get; init; }

    /// <summary>What Apache makes of them, with its messages.</summary>
    public required EffectiveLimits Effective { get; init; }

    /// <summary>Memory at full size, by each estimator.</summary>
    public required RamEstimates Ram { get; init; }

    /// <summary>Every bound, known or not.</summary>
    public required IReadOnlyList<CapacityBound> Bounds { get; init; }

    /// <summary>The name of the bound that allows the fewest workers; null when none is known.</summary>
    public string? Binding { get; init; }

    /// <summary>The fewest workers of all bounds; null when none is known.</summary>
    public long? MaxWorkers { get; init; }

    /// <summary>Workers that the peak needs by Little's law; null without a peak.</summary>
    public long? NeededWorkers { get; init; }

    /// <summary>MaxRequestWorkers to configure.</summary>
    public required int RecommendedWorkers { get; init; }

    /// <summary>False when the recommendation cannot carry the peak; null without a peak.</summary>
    public bool? Feasible { get; init; }

    /// <summary>The directives to write.</summary>
    public required MpmSettings Recommended { get; init; }

    /// <summary>What a gateway may use of this Apache as it is configured now.</summary>
    public required GatewayShare Gateway { get; init; }

    /// <summary>The same once the recommendation is in place.</summary>
    public required GatewayShare RecommendedGateway { get; init; }

    /// <summary>The model's own warnings, beside Apache's.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>What else would help.</summary>
    public required IReadOnlyList<string> Advice { get; init; }

    /// <summary>The text of an <c>mpm_*.conf</c> with the recommendation.</summary>
    public required string Conf { get; init; }
}
