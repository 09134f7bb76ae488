using Weir.Policies.RequestRules;

namespace Weir.Policies.Tests.RequestRules;

public sealed class RuleSetTests
{
    [Theory]
    [InlineData("Host", true)]
    [InlineData("content-length", true)]
    [InlineData("Authorization", true)]
    [InlineData("X-Forwarded-Anything", true)]
    [InlineData("x-forwarded-for", true)]
    [InlineData("X-Real-IP", true)]
    [InlineData("X-Real-IP2", false)]
    [InlineData("X-Secret", false)]
    [InlineData("close", false)]
    public void Protected_headers_are_framing_credentials_and_what_the_options_list(string name, bool isProtected) =>
        Assert.Equal(isProtected, new RuleSet(new RequestRulesOptions()).IsProtected(name));
}
