using Weir.Fail2ban.Jails;

namespace Weir.Fail2ban.Tests.Jails;

public sealed class LogPathTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-glob-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("*.log", "a.log", true)]
    [InlineData("*.log", "a.log.1", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[!a-c]x", "bx", false)]
    [InlineData("[]x]", "]", true)]
    [InlineData("[x", "[x", true)]
    [InlineData("*a*b*c", "xxaxxbxxc", true)]
    [InlineData("*a*b*c", "xxaxxcxxb", false)]
    public void A_name_matches_a_pattern(string pattern, string name, bool matches) => Assert.Equal(matches, Wildcard.Matches(pattern, name));

    [Fact]
    public void A_pattern_stands_for_the_files_there_are_in_their_order()
    {
        foreach (string site in (string[])["b", "a", ".hidden"])
        {
            Directory.CreateDirectory(Path.Combine(_folder, site));
            File.WriteAllText(Path.Combine(_folder, site, "error.log"), "");
            Directory.CreateDirectory(Path.Combine(_folder, site, "x.log"));
        }

        Assert.Equal([$"{_folder}/a/error.log", $"{_folder}/b/error.log"], new LogPath(_folder + "/*/*.log", false).Expand());
        Assert.Equal([_folder + "/none"], new LogPath(_folder + "/none", false).Expand());
        Assert.Empty(new LogPath(_folder + "/none/*", false).Expand());
    }

    [Fact]
    public void A_pattern_stands_for_1000_files_at_most()
    {
        for (int index = 0; index < 1005; index++)
        {
            File.WriteAllText(Path.Combine(_folder, $"{index}.log"), "");
        }

        Assert.Equal(1000, new LogPath(_folder + "/*.log", false).Expand().Count);
    }
}
