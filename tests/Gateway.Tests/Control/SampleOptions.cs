using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Weir.Gateway.Tests.Control;

/// <summary>One of everything that an options class may hold.</summary>
public sealed class SampleOptions
{
    [Range(1, 200_000)]
    public int Limit { get; set; } = 7;

    [Range(0, 10)]
    public long? Spare { get; set; } = 3;

    [Required]
    public string? Name { get; set; } = "default";

    [System.ComponentModel.PasswordPropertyText(true)]
    [StringLength(20, MinimumLength = 8)]
    public string? Secret { get; set; }

    public string Plain { get; set; } = "plain";

    public bool Flag { get; set; }

    public double Share { get; set; }

    public DayOfWeek Day { get; set; }

    [AllowedValues("a", "b")]
    public string Letter { get; set; } = "a";

    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan Wait { get; set; } = TimeSpan.FromSeconds(2);

    public List<string> Words { get; set; } = ["one"];

    [Length(0, 2)]
    [Range(1, 9)]
    public int[] Numbers { get; set; } = [];

    public List<SampleItem> Items { get; set; } = [];

    public Dictionary<string, SampleItem> ByName { get; set; } = [];

    public SampleItem Nested { get; set; } = new();
}

public sealed class SampleItem
{
    [Range(0, 5)]
    public int Count { get; set; } = 1;
}

public sealed class SampleOptionsValidator : IValidateOptions<SampleOptions>
{
    public ValidateOptionsResult Validate(string? name, SampleOptions options) =>
        options.Limit < options.Nested.Count
            ? ValidateOptionsResult.Fail($"Weir:Sample:Limit is {options.Limit}; allowed: {options.Nested.Count} or more (Weir:Sample:Nested:Count).")
            : ValidateOptionsResult.Success;
}
