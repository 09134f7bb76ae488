using Weir.Farm.Model;

namespace Weir.Farm.Tests.Model;

public sealed class MpmBlockEditorTests
{
    private const string Block = "<IfModule mpm_event_module>\n    MaxRequestWorkers 100\n</IfModule>\n";

    [Fact]
    public void A_block_of_the_same_MPM_is_replaced_and_the_rest_stays() => Assert.Equal(
        "# a\n" + Block + "<IfModule mpm_prefork_module>\nMaxRequestWorkers 5\n</IfModule>\nTimeout 3\n",
        MpmBlockEditor.Replace("# a\n<IfModule event.c>\n# b\nMaxRequestWorkers 7\n</IfModule>\n<IfModule mpm_prefork_module>\nMaxRequestWorkers 5\n</IfModule>\nTimeout 3\n", Mpm.Event, Block));

    [Fact]
    public void A_dedicated_file_becomes_the_block_and_keeps_its_comments() => Assert.Equal(
        "# event MPM\n" + Block,
        MpmBlockEditor.Replace("# event MPM\nStartServers 2\nMaxRequestWorkers 150\n\n", Mpm.Event, Block));

    [Fact]
    public void Another_file_loses_its_loose_directives_and_gets_the_block_at_its_end() => Assert.Equal(
        "Listen 80\n<Directory />\n  Require all granted\n</Directory>\n\n" + Block,
        MpmBlockEditor.Replace("Listen 80\nMaxClients \\\n  150\n<Directory />\n  Require all granted\n</Directory>\n", Mpm.Event, Block));

    [Fact]
    public void A_block_with_other_directives_in_it_is_not_thrown_away()
    {
        var text = MpmBlockEditor.Replace("<IfModule mpm_event_module>\nMaxRequestWorkers 7\nListenBacklog 100\n</IfModule>\n", Mpm.Event, Block);

        Assert.Contains("ListenBacklog 100", text, StringComparison.Ordinal);
        Assert.EndsWith(Block, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# c\nStartServers 2\n")]
    [InlineData("Listen 80\nStartServers 2")]
    [InlineData("<IfModule mpm_event_module>\nStartServers 2\n</IfModule>")]
    public void Writing_twice_changes_nothing_more(string text)
    {
        var once = MpmBlockEditor.Replace(text, Mpm.Event, Block);

        Assert.Equal(once, MpmBlockEditor.Replace(once, Mpm.Event, Block));
    }

    [Fact]
    public void Raw_text_cannot_break_out_of_its_line()
    {
        var conf = MpmConf.Write(new() { Mpm = Mpm.Event, AsyncRequestWorkerFactor = "2\nListen 99" });

        Assert.Equal(3, conf.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}
