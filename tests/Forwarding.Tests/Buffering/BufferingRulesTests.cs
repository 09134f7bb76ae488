using Weir.Forwarding.Buffering;

namespace Weir.Forwarding.Tests.Buffering;

public sealed class BufferingRulesTests
{
    [Fact]
    public void Both_are_on_by_default_with_nginx_bound_for_an_answers_file()
    {
        var rules = new BufferingRules(new BufferingOptions());
        Assert.Equal(new RouteBuffering(true, true), rules.For("any"));
        Assert.Equal(new SpoolLimits(SpoolKind.Upload, 65_536, long.MaxValue), rules.Upload);
        Assert.Equal(new SpoolLimits(SpoolKind.Answer, 262_144, 1L << 30), rules.Answer);
        Assert.Equal(128L << 20, rules.TotalMemoryBytes);
        Assert.Equal(4L << 30, rules.TotalFileBytes);
        Assert.Equal(Path.GetTempPath(), rules.Directory);
    }

    [Fact]
    public void A_route_replaces_what_it_names_and_keeps_the_rest()
    {
        var options = new BufferingOptions { Uploads = false };
        options.Routes["events"] = new RouteBufferingOptions { Answers = false };
        options.Routes["files"] = new RouteBufferingOptions { Uploads = true };
        var rules = new BufferingRules(options);
        Assert.Equal(new RouteBuffering(false, false), rules.For("EVENTS"));
        Assert.Equal(new RouteBuffering(true, true), rules.For("files"));
        Assert.Equal(new RouteBuffering(false, true), rules.For("other"));
    }
}
