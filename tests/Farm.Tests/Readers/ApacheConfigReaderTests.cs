using Weir.Farm.Model;
using Weir.Farm.Readers.Config;

namespace Weir.Farm.Tests.Readers;

public sealed class ApacheConfigReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_last_value_at_server_level_wins()
    {
        var settings = Settings("maxrequestworkers 10\nMaxRequestWorkers 20\nMaxClients 30\n<VirtualHost *:80>\nKeepAliveTimeout 99\n</VirtualHost>\nKeepAliveTimeout 500ms\nKeepAlive oFF");

        Assert.Equal(30, settings.MaxRequestWorkers!.Value.Value);
        Assert.Equal(TimeSpan.FromMilliseconds(500), settings.KeepAliveTimeout);
        Assert.False(settings.KeepAlive);
        Assert.Null(settings.ServerLimit);
    }

    [Theory]
    [InlineData("<IfModule mpm_event_module>", true)]
    [InlineData("<IfModule event.c>", true)]
    [InlineData("<IfModule !mpm_event_module>", false)]
    [InlineData("<IfModule mpm_worker_module>", false)]
    [InlineData("<IfModule !worker.c>", true)]
    [InlineData("<IfModule mod_status.c>", true)]
    [InlineData("<ifmodule status_module>", true)]
    [InlineData("<IfDefine BIG>", true)]
    [InlineData("<IfDefine !BIG>", false)]
    [InlineData("<IfDefine OTHER>", false)]
    [InlineData("<IfDefine WRITTEN>", true)]
    [InlineData("<IfDefine GONE>", false)]
    [InlineData("<IfVersion >= 2.4>", true)]
    [InlineData("<IfVersion < 2.4>", false)]
    [InlineData("<IfVersion 2.4.57>", true)]
    [InlineData("<IfVersion !~ ^2\\.4>", false)]
    [InlineData("<IfVersion = /^2\\.4/>", true)]
    public void Conditions_are_decided_as_Apache_decides_them(string open, bool holds)
    {
        var name = open[1..].Split(' ')[0];
        var config = Read(
            $"LoadModule mpm_event_module m.so\nLoadModule status_module m.so\nDefine WRITTEN\nDefine GONE\nUnDefine GONE\n{open}\nServerLimit 7\n<IfModule core.c>\nThreadLimit 3\n</IfModule>\n</{name}>\n",
            new() { Defines = ["BIG"], ApacheVersion = new(2, 4, 57) });

        Assert.Empty(config.Errors);
        Assert.Equal(holds, config.Last("ServerLimit") is not null);
        Assert.Equal(holds, config.Last("ThreadLimit") is not null);
    }

    [Fact]
    public void Only_modules_loaded_before_the_condition_count()
    {
        var config = Read("<IfModule mpm_event_module>\nServerLimit 7\n</IfModule>\nLoadModule mpm_event_module m.so\n");

        Assert.Null(config.Last("ServerLimit"));
        Assert.Equal(Mpm.Event, config.Mpm);
    }

    [Fact]
    public void Includes_follow_files_folders_and_wildcards_in_byte_order()
    {
        _folder.Write("mods/b.conf", "ServerLimit 2");
        _folder.Write("mods/a.conf", "ServerLimit 1");
        _folder.Write("mods/.hidden.conf", "ServerLimit 9");
        _folder.Write("dir/deep/x", "ThreadLimit 5");
        _folder.Write("sites/one/h.conf", "StartServers 4");
        var config = Read("Include mods/*.conf\nInclude dir\nIncludeOptional sites/*/h[a-z]*.conf sites/[o]ne/h.conf\nIncludeOptional nowhere/*.conf missing.conf");

        Assert.Empty(config.Errors);
        Assert.Equal("2", config.Last("ServerLimit")!.Arguments[0]);
        Assert.Equal("5", config.Last("ThreadLimit")!.Arguments[0]);
        Assert.Equal("4", config.Last("StartServers")!.Arguments[0]);
        Assert.EndsWith("mods/b.conf", config.Last("ServerLimit")!.File, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_Include_is_an_error_with_file_and_line()
    {
        var config = Read("\n\nInclude nothing.conf\nInclude none/*.conf");

        Assert.Equal(2, config.Errors.Count);
        Assert.Equal(3, config.Errors[0].Line);
        Assert.Contains("httpd.conf:3: Could not open configuration file", config.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Contains("No matches for the wildcard", config.Errors[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_includes_itself_ends_with_an_error()
    {
        var config = Read("ServerLimit 3\nInclude httpd.conf");

        Assert.Contains("nests deeper", Assert.Single(config.Errors).Text, StringComparison.Ordinal);
        Assert.True(config.Files.Count <= 50);
    }

    [Fact]
    public void Files_and_bytes_are_bounded()
    {
        for (var i = 0; i < 20; i++)
            _folder.Write($"many/{i:00}.conf", "ServerLimit 1");
        var files = Read("Include many/*.conf", new() { MaxFiles = 10 });
        var bytes = Read("Include many/*.conf", new() { MaxBytes = 100 });

        Assert.Equal(10, files.Files.Count);
        Assert.Single(files.Errors);
        Assert.NotEmpty(bytes.Errors);
        Assert.True(bytes.Files.Count < 20);
    }

    [Fact]
    public void Variables_come_from_Define_then_from_the_environment()
    {
        var config = Read(
            "Define workers 75\nMaxRequestWorkers ${workers}\nServerLimit ${LIMIT}\nThreadLimit ${NOT_THERE}",
            new() { Environment = new Dictionary<string, string> { ["LIMIT"] = "12", ["workers"] = "1" } });

        Assert.Equal("75", config.Last("MaxRequestWorkers")!.Arguments[0]);
        Assert.Equal("12", config.Last("ServerLimit")!.Arguments[0]);
        Assert.Equal("${NOT_THERE}", config.Last("ThreadLimit")!.Arguments[0]);
        Assert.Equal(4, Assert.Single(config.Warnings).Line);
    }

    [Fact]
    public void Lines_are_continued_and_quoted_arguments_kept_whole()
    {
        var config = Read("# a comment \\\nServerLimit 99\nDirectoryIndex one \\\n  \"two three\" 'fo\"ur' \"fi\\\"ve\"\nServerLimit 4");

        var index = config.Last("DirectoryIndex")!;
        Assert.Equal(["one", "two three", "fo\"ur", "fi\"ve"], index.Arguments);
        Assert.Equal(3, index.Line);
        Assert.Equal("4", config.Last("ServerLimit")!.Arguments[0]);
    }

    [Theory]
    [InlineData("</IfModule>", "</IfModule> without matching <IfModule> section")]
    [InlineData("<IfModule core.c>\nServerLimit 1", "<IfModule> was not closed.")]
    [InlineData("<IfModule core.c>\n</IfDefine>", "Expected </IfModule> but saw </IfDefine>")]
    [InlineData("<IfModule core.c\n</IfModule>", "IfModule directive missing closing '>'")]
    [InlineData("<IfModule>\n</IfModule>", "<IfModule> needs an argument.")]
    [InlineData("<IfVersion x>\n</IfVersion>", "IfVersion cannot read 'x'.")]
    public void Broken_sections_are_errors_and_no_exceptions(string text, string error) =>
        Assert.Equal(error, Read(text).Errors[0].Text);

    [Fact]
    public void Another_machines_tree_is_read_below_its_root()
    {
        _folder.Write("tree/etc/apache2/apache2.conf", "ServerRoot /etc/apache2\nIncludeOptional mods-enabled/*.conf\nInclude /opt/more.conf");
        _folder.Write("tree/etc/apache2/mods-enabled/mpm.conf", "ServerLimit 5");
        _folder.Write("tree/opt/more.conf", "ThreadLimit 6");
        var config = ApacheConfigReader.Read("/etc/apache2/apache2.conf", new() { FileSystemRoot = Path.Combine(_folder.Path, "tree") });

        Assert.Empty(config.Errors);
        Assert.Equal(["/etc/apache2/apache2.conf", "/etc/apache2/mods-enabled/mpm.conf", "/opt/more.conf"], config.Files);
        Assert.Equal("5", config.Last("ServerLimit")!.Arguments[0]);
    }

    [Theory]
    [InlineData("5", 5000)]
    [InlineData("5s", 5000)]
    [InlineData("500ms", 500)]
    [InlineData("2mi", 120_000)]
    [InlineData("1h", 3_600_000)]
    public void Times_carry_Apaches_units(string text, int milliseconds) => Assert.Equal(milliseconds, MpmSettingsReader.Timeout(text)!.Value.TotalMilliseconds);

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(7);
        const string Alphabet = "<>/IfModule \n\\\"'${}#!x*[]\t\r0";
        for (var i = 0; i < 2000; i++)
            Read(string.Concat(Enumerable.Range(0, random.Next(80)).Select(_ => Alphabet[random.Next(Alphabet.Length)])));
    }

    private ApacheConfig Read(string text, ApacheConfigOptions? options = null) => ApacheConfigReader.Read(_folder.Write("httpd.conf", text), options);

    private MpmSettings Settings(string text) => MpmSettingsReader.Read(Read(text), Mpm.Event);
}
