using FsCheck;
using FsCheck.Fluent;
using Weir.Fail2ban.Ini;

namespace Weir.Fail2ban.Tests.Ini;

public class IniFileTests
{
    private readonly List<Fail2banMessage> _messages = [];

    [Fact]
    public void Values_go_over_several_lines_and_comments_are_left_out()
    {
        IniFile ini = Parse("# c\n; c\n[Definition]\nKey One = a ; comment\n  b;c\n  # c\n\n  d\nnext: e = f\nempty =\n");
        Assert.Equal("a\nb;c\n\nd", ini.Sections["Definition"]["key one"].Text);
        Assert.Equal("e = f", ini.Sections["Definition"]["next"].Text);
        Assert.Equal("", ini.Sections["Definition"]["empty"].Text);
        Assert.Equal("x.conf:4", ini.Sections["Definition"]["key one"].Where);
        Assert.Empty(_messages);
    }

    [Fact]
    public void Defaults_stand_in_a_section_of_their_own()
    {
        IniFile ini = Parse("[DEFAULT]\na = 1\n[b]\nc = 2\n[DEFAULT]\nd = 3\n");
        Assert.Equal(["a", "d"], ini.Defaults.Keys);
        Assert.Equal(["b"], ini.Order);
    }

    [Fact]
    public void What_is_no_ini_is_named_with_its_line()
    {
        IniFile ini = Parse("early = 1\n[a]\nnonsense\nb = 1\nb = 2\n");
        Assert.Equal("2", ini.Sections["a"]["b"].Text);
        Assert.Equal(["x.conf:1", "x.conf:3", "x.conf:5"], _messages.Select(static message => message.Where));
        Assert.Equal([true, true, false], _messages.Select(static message => message.IsError));
        Assert.Equal("[a]: \"nonsense\" is neither a section nor KEY = VALUE and is not read.", _messages[1].Text);
        Assert.Equal("\"early = 1\" stands before the first section and is not read.", _messages[0].Text);
        Assert.Equal("[a] b is set twice in one file, which fail2ban refuses; the later one counts.", _messages[2].Text);
    }

    [Fact]
    public void No_text_makes_the_parser_throw() => Prop.ForAll(
        Gen.ListOf(Gen.Elements("[a]", "[", "]", "=", ":", ";", "#", " ", "\n", "\t", "key", "%(x)s", "%", "\r", "ü", "[DEFAULT]", "=v\n")).Select(static parts => string.Concat(parts)).ToArbitrary(),
        text =>
        {
            IniFile ini = IniFile.Parse(text, "x.conf", _messages);
            return ini.Order.All(ini.Sections.ContainsKey);
        }).QuickCheckThrowOnFailure();

    private IniFile Parse(string text) => IniFile.Parse(text, "x.conf", _messages);
}
