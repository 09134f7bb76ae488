using Weir.Support.Apache;

namespace Weir.Functional;

public sealed class ApacheServerTests
{
    [Theory]
    [InlineData("prefork")]
    [InlineData("worker")]
    [InlineData("event")]
    public async Task A_real_Apache_of_each_MPM_starts_and_serves_a_page_and_its_status(string mpm)
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Mpm = mpm });
        using var http = new HttpClient();

        var page = await http.GetStringAsync(apache.Url + "/");
        var slow = await http.GetStringAsync(apache.Url + "/slow?ms=5");
        var status = await http.GetStringAsync(apache.Url + "/server-status?auto");

        Assert.Contains(mpm, page, StringComparison.Ordinal);
        Assert.Equal("slept 5\n", slow);
        Assert.Contains("BusyWorkers:", status, StringComparison.Ordinal);
    }
}
