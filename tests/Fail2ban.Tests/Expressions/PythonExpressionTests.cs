using FsCheck;
using FsCheck.Fluent;
using Weir.Fail2ban.Expressions;

namespace Weir.Fail2ban.Tests.Expressions;

public class PythonExpressionTests
{
    [Theory]
    [InlineData("(?P<n>a)(?P=n)", "(?<n>a)\\k<n>")]
    [InlineData("(a)(b)\\2", "(?:a)(?<_g2>b)\\k<_g2>")]
    [InlineData("a\\Z", "a\\z")]
    [InlineData("(?iu)a", "(?i)a")]
    [InlineData("(?u)a", "a")]
    [InlineData("(?i:a)", "(?i:a)")]
    [InlineData("a*+", "(?>a*)")]
    [InlineData("(?:ab){2,3}+c", "(?>(?:ab){2,3})c")]
    [InlineData("a{,3}b{x", "a{0,3}b\\{x")]
    [InlineData("[a[-]", "[a\\[-]")]
    [InlineData("[]a]", "[\\]a]")]
    [InlineData("\\_\\/\\<", "_\\/\\<")]
    [InlineData("\\0\\101", "\\u0000\\u0041")]
    [InlineData("(x)?(?(1)y|z)", "(?<_g1>x)?(?(_g1)y|z)")]
    [InlineData("(?<!a)(?<=b)(?=c)(?!d)(?>e)(?#f)", "(?<!a)(?<=b)(?=c)(?!d)(?>e)")]
    public void Pythons_dialect_becomes_NETs(string python, string net) => Assert.Equal(net, PythonExpression.Translate(python).Pattern);

    [Theory]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("[a")]
    [InlineData("\\")]
    [InlineData("\\q")]
    [InlineData("(?P<n>a)(?P<n>b)")]
    [InlineData("(?P<1>a)")]
    [InlineData("(?P=n)")]
    [InlineData("\\1")]
    [InlineData("(?P>n)")]
    [InlineData("(?z)")]
    [InlineData("(?P<n")]
    public void What_Python_refuses_is_refused(string python) => Assert.Throws<FormatException>(() => PythonExpression.Translate(python));

    [Fact]
    public void The_first_group_is_kept_when_asked_for() => Assert.Equal("_g1", PythonExpression.Translate("(a)(?P<n>b)", keepFirst: true).FirstGroup);

    [Fact]
    public void Any_text_is_translated_or_refused() => Prop.ForAll(
        Gen.ListOf(Gen.Elements("(", ")", "[", "]", "\\", "?", "*", "+", "{", "}", "1", ",", "P", "<", ">", "a", "|", "^", "-", ":", "=", "!", "(?P<n>", "(?(", "(?:", "\\1", "{2,3}+")).Select(static parts => string.Concat(parts)).ToArbitrary(),
        text =>
        {
            try
            {
                PythonExpression.Translate(text);
            }
            catch (FormatException)
            {
            }
        }).QuickCheckThrowOnFailure();
}
