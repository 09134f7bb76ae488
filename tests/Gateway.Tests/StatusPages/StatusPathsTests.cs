using Weir.Farm.Feed;
using Weir.Gateway.StatusPages;

namespace Weir.Gateway.Tests.StatusPages;

public sealed class StatusPathsTests
{
    [Theory]
    [InlineData("/server-status")]
    [InlineData("/server-status/")]
    [InlineData("/server-status/deeper")]
    [InlineData("//server-status")]
    [InlineData("/./server-status//")]
    [InlineData("/a/../server-status")]
    [InlineData("/../server-status")]
    [InlineData("/SERVER-Status")]
    [InlineData("/server%2Dstatus")]
    [InlineData("/server%252Dstatus")]
    [InlineData("/x%2F..%2fserver-status")]
    [InlineData("/%2e%2e/server-status")]
    [InlineData("/server-status/%2e%2e/x")]
    [InlineData("/server-status%2F")]
    [InlineData("/weir-node.json")]
    [InlineData("/Weir%2dnode.json")]
    [InlineData("/own/page")]
    [InlineData("/by name/page")]
    [InlineData("/by%20name/page")]
    public void Every_spelling_of_a_status_path_is_covered(string path) => Assert.True(Paths().Covers(path));

    [Theory]
    [InlineData("/")]
    [InlineData("")]
    [InlineData("/server-status2")]
    [InlineData("/server-statu")]
    [InlineData("/blog/server-status")]
    [InlineData("/server-status-of-the-shop.html")]
    [InlineData("/server-status/../shop")]
    [InlineData("/100%")]
    [InlineData("/other/page")]
    public void Other_paths_are_not(string path) => Assert.False(Paths().Covers(path));

    [Theory]
    [InlineData("/server-status")]
    [InlineData("/weir-node.json")]
    public void Nothing_is_covered_when_HideStatus_is_off(string path)
    {
        var options = Options();
        options.HideStatus = false;
        Assert.False(new StatusPaths(options).Covers(path));
    }

    [Fact]
    public void A_status_page_at_the_root_hides_no_site()
    {
        var paths = new StatusPaths(new FarmOptions { StatusPath = "/?auto" });
        Assert.False(paths.Covers("/"));
        Assert.False(paths.Covers("/shop"));
    }

    [Fact]
    public void Without_a_status_path_nothing_is_covered() =>
        Assert.False(new StatusPaths(new FarmOptions { StatusPath = null }).Covers("/server-status"));

    private static StatusPaths Paths() => new(Options());

    private static FarmOptions Options() => new()
    {
        NodeDocumentPath = "/weir-node.json",
        Servers =
        [
            new FarmServerOptions
            {
                Address = "http://10.0.0.1",
                StatusUrl = "http://10.0.0.1:80/own/page?auto",
                NodeDocumentUrl = "http://10.0.0.1:8081/other/page",
            },
            new FarmServerOptions { Address = "http://10.0.0.2", StatusUrl = "http://web2.example/by%20name/page" },
        ],
    };
}
