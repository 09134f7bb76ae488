using Weir.Fail2ban.Ini;

namespace Weir.Fail2ban.Tests.Ini;

public class NamedOptionsTests
{
    [Theory]
    [InlineData("sshd", "sshd", "")]
    [InlineData("sshd[mode=aggressive]", "sshd", "mode=aggressive")]
    [InlineData("x[a=\"1, 2\", b='3]', c= 4 ]", "x", "a=1, 2;b=3];c=4")]
    [InlineData("x[a=1][b.c-d=2]", "x", "a=1;b.c-d=2")]
    [InlineData("x[a=\"\", b=]", "x", "a=;b=")]
    [InlineData("x[a=1,]", "x", "a=1")]
    public void A_name_and_its_options_are_told_apart(string text, string name, string options)
    {
        (string read, Dictionary<string, string> values) = NamedOptions.Parse(text);
        Assert.Equal(name, read);
        Assert.Equal(options, string.Join(';', values.Select(static pair => $"{pair.Key}={pair.Value}")));
    }

    [Theory]
    [InlineData("x[a")]
    [InlineData("[a=1]")]
    [InlineData("x[a]")]
    [InlineData("x[a=1 ] b]")]
    public void Another_form_is_an_error(string text) => Assert.Throws<FormatException>(() => NamedOptions.Parse(text));
}
