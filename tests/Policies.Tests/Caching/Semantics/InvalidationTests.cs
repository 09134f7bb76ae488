using Weir.Policies.Caching.Semantics;
using static Weir.Policies.Tests.Caching.Semantics.Heads;

namespace Weir.Policies.Tests.Caching.Semantics;

public sealed class InvalidationTests
{
    [Theory]
    [Trait("Checklist", "30")]
    [InlineData("POST", 200, true)]
    [InlineData("PUT", 204, true)]
    [InlineData("DELETE", 200, true)]
    [InlineData("PATCH", 303, true)]
    [InlineData("M-SEARCH", 200, true)]
    [InlineData("FOO", 200, true)]
    [InlineData("get", 200, true)]
    [InlineData("POST", 399, true)]
    [InlineData("POST", 400, false)]
    [InlineData("POST", 404, false)]
    [InlineData("FOO", 500, false)]
    [InlineData("POST", 103, false)]
    [InlineData("GET", 200, false)]
    [InlineData("HEAD", 200, false)]
    [InlineData("OPTIONS", 200, false)]
    [InlineData("TRACE", 200, false)]
    [InlineData("PROPFIND", 207, false)]
    public void A_success_of_an_unsafe_method_drops_the_URL(string method, int status, bool drops) =>
        Assert.Equal(drops ? ["/a/b?c"] : [], Invalidation.Targets(Request(method, "/a/b?c"), status, []));

    [Theory]
    [Trait("Checklist", "30")]
    [InlineData("/x", "/x")]
    [InlineData("/x?y#z", "/x?y")]
    [InlineData("x", "/a/x")]
    [InlineData("../x", "/x")]
    [InlineData("../../../x", "/x")]
    [InlineData("./x/./y/..", "/a/x/")]
    [InlineData("?q", "/a/b?q")]
    [InlineData("/x/../y?../z", "/y?../z")]
    [InlineData("https://www.site.test/x", "/x")]
    [InlineData("HTTPS://WWW.SITE.TEST:443/x", "/x")]
    [InlineData("https://www.site.test:/x", "/x")]
    [InlineData("https://www.site.test", "/")]
    [InlineData("https://www.site.test?q", "/?q")]
    [InlineData("//www.site.test/x", "/x")]
    [InlineData("/x:y", "/x:y")]
    [InlineData("http://www.site.test/x", null)]
    [InlineData("https://www.site.test:8443/x", null)]
    [InlineData("https://other.test/x", null)]
    [InlineData("https://user@www.site.test/x", null)]
    [InlineData("//other.test/x", null)]
    [InlineData("mailto:a@b", null)]
    [InlineData("https:x", null)]
    [InlineData("/a b", null)]
    [InlineData("#z", null)]
    [InlineData("", null)]
    public void References_of_the_same_origin_are_dropped_too(string reference, string? target)
    {
        string[] expected = target is null ? ["/a/b?c"] : ["/a/b?c", target];
        Assert.Equal(expected, Invalidation.Targets(Request("POST", "/a/b?c"), 201, Heads.Of("Location: " + reference)));
        Assert.Equal(expected, Invalidation.Targets(Request("POST", "/a/b?c"), 201, Heads.Of("Content-Location: " + reference)));
    }

    [Fact]
    [Trait("Checklist", "30")]
    public void Each_URL_is_named_once() =>
        Assert.Equal(["/a", "/b", "/c"], Invalidation.Targets(Request("POST"), 201, Heads.Of("Location: /b", "Content-Location: /c"))
            .Concat(Invalidation.Targets(Request("POST"), 201, Heads.Of("Location: /a", "Content-Location: /a"))).Distinct());
}
