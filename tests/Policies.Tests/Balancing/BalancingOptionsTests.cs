using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Weir.Policies.Balancing;

namespace Weir.Policies.Tests.Balancing;

public class BalancingOptionsTests
{
    [Fact]
    public void The_defaults_are_those_of_the_manual_and_valid()
    {
        var options = new BalancingOptions();
        Assert.Equal("FreeSlots", options.DefaultPolicy);
        Assert.Equal(1.25, options.HashLoadFactor);
        Assert.Equal(0.5, options.PanicThreshold);
        Assert.Equal(StickyWhenFull.Wait, options.StickyWhenFull);
        Assert.Equal(TimeSpan.FromSeconds(10), options.EwmaDecay);
        Assert.True(new BalancingOptionsValidator().Validate(null, options).Succeeded);
        Assert.True(Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true));
    }

    [Theory]
    [InlineData(nameof(BalancingOptions.DefaultPolicy), "Fastest")]
    [InlineData(nameof(BalancingOptions.HashLoadFactor), 1.0)]
    [InlineData(nameof(BalancingOptions.HashLoadFactor), 1000.5)]
    [InlineData(nameof(BalancingOptions.PanicThreshold), -0.1)]
    [InlineData(nameof(BalancingOptions.PanicThreshold), 1.1)]
    [InlineData(nameof(BalancingOptions.EwmaDecay), "00:00:00.099")]
    [InlineData(nameof(BalancingOptions.EwmaDecay), "01:00:00.001")]
    public void Values_outside_their_range_are_rejected(string property, object value)
    {
        var options = new BalancingOptions();
        var info = typeof(BalancingOptions).GetProperty(property)!;
        info.SetValue(options, info.PropertyType == typeof(TimeSpan) ? TimeSpan.Parse((string)value, CultureInfo.InvariantCulture) : value);
        var results = new List<ValidationResult>();
        Assert.False(Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true));
        Assert.Equal([property], Assert.Single(results).MemberNames);
    }

    [Fact]
    public void The_validator_names_key_range_and_value_of_everything_at_once()
    {
        var options = new BalancingOptions { HashLoadFactor = double.PositiveInfinity, PanicThreshold = double.NaN };
        options.Clusters["a"] = new();
        options.Clusters["b"] = new() { HashLoadFactor = double.NaN };
        options.Clusters["c"] = new() { PanicThreshold = double.NaN };
        options.Clusters[" "] = new() { PanicThreshold = 0 };
        options.Clusters["fine"] = new() { HashLoadFactor = 2 };
        Assert.Equal(
            [
                "Weir:Balancing:HashLoadFactor is Infinity; allowed: 1.01 to 1000.",
                "Weir:Balancing:PanicThreshold is NaN; allowed: 0 to 1.",
                "Weir:Balancing:Clusters:a is empty; allowed: at least one of HashLoadFactor, PanicThreshold and StickyWhenFull.",
                "Weir:Balancing:Clusters:b:HashLoadFactor is NaN; allowed: 1.01 to 1000.",
                "Weir:Balancing:Clusters:c:PanicThreshold is NaN; allowed: 0 to 1.",
                "Weir:Balancing:Clusters:  has the name ' '; allowed: the id of a cluster.",
            ],
            new BalancingOptionsValidator().Validate(null, options).Failures);
    }
}
