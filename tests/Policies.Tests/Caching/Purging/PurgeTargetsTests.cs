using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Weir.Policies.Caching.Admin;
using Weir.Policies.Caching.Purging;

namespace Weir.Policies.Tests.Caching.Purging;

public sealed class PurgeTargetsTests
{
    [Theory]
    [InlineData("HTTPS://WWW.Example.com:443/A?b=C", "https://www.example.com/A?b=C")]
    [InlineData("http://example.com", "http://example.com/")]
    [InlineData("http://example.com:80?q", "http://example.com/?q")]
    [InlineData("http://example.com:443/", "http://example.com:443/")]
    [InlineData("https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443/")]
    [InlineData("https://[2001:db8::1]:443/x", "https://[2001:db8::1]/x")]
    [InlineData("https://a/%7e//b/../c", "https://a/%7e//b/../c")]
    public void A_url_has_one_form(string text, string form) => Assert.Equal(form, Parse(PurgeKind.Url, text));

    [Theory]
    [InlineData("https://Example.com:443/", "https://example.com/")]
    [InlineData("//Example.com:443/Shop", "//example.com:443/Shop")]
    [InlineData("/Shop", "/Shop")]
    [InlineData("/", "/")]
    [InlineData("http://h/a?b", "http://h/a?b")]
    public void A_prefix_has_one_form(string text, string form) => Assert.Equal(form, Parse(PurgeKind.Prefix, text));

    [Theory]
    [InlineData(PurgeKind.Url, "", "The URL has 0 characters; allowed: 1 to 4096.")]
    [InlineData(PurgeKind.Url, "/a", "'/a' is not an absolute http or https URL; allowed: an absolute URL such as https://www.example.com/a?b=1.")]
    [InlineData(PurgeKind.Url, "ftp://a/", "'ftp://a/' is not an absolute http or https URL; allowed: an absolute URL such as https://www.example.com/a?b=1.")]
    [InlineData(PurgeKind.Url, "http://a/b c", "The URL 'http://a/b c' has a blank, a control character or one outside ASCII; allowed: such characters percent-encoded, as clients send them.")]
    [InlineData(PurgeKind.Url, "http://a/\u00e4", "The URL 'http://a/\u00e4' has a blank, a control character or one outside ASCII; allowed: such characters percent-encoded, as clients send them.")]
    [InlineData(PurgeKind.Url, "http://a/#b", "The URL 'http://a/#b' has a fragment, which no client sends; allowed: none.")]
    [InlineData(PurgeKind.Url, "http://u@a/", "'u@a' in 'http://u@a/' is no host; allowed: a host name or an address, an IPv6 one in brackets, and a port from 1 to 65535 where one is needed.")]
    [InlineData(PurgeKind.Url, "http:///a", "'' in 'http:///a' is no host; allowed: a host name or an address, an IPv6 one in brackets, and a port from 1 to 65535 where one is needed.")]
    [InlineData(PurgeKind.Url, "http://[::1]x/", "'[::1]x' in 'http://[::1]x/' is no host; allowed: a host name or an address, an IPv6 one in brackets, and a port from 1 to 65535 where one is needed.")]
    [InlineData(PurgeKind.Url, "http://a:0/", "'a:0' in 'http://a:0/' has no port that can be; allowed: a host name or an address, an IPv6 one in brackets, and a port from 1 to 65535 where one is needed.")]
    [InlineData(PurgeKind.Url, "http://a:65536/", "'a:65536' in 'http://a:65536/' has no port that can be; allowed: a host name or an address, an IPv6 one in brackets, and a port from 1 to 65535 where one is needed.")]
    [InlineData(PurgeKind.Prefix, "https://www.example.co", "The prefix 'https://www.example.co' ends within the host, so that it would also begin other hosts; allowed: a slash behind the host, as in 'https://www.example.co/'.")]
    [InlineData(PurgeKind.Prefix, "//www.example.co", "The prefix '//www.example.co' ends within the host, so that it would also begin other hosts; allowed: a slash behind the host, as in '//www.example.co/'.")]
    [InlineData(PurgeKind.Prefix, "shop/", "The prefix 'shop/' begins neither with a scheme nor with a slash; allowed: https://www.example.com/shop/, //www.example.com/shop/ for both schemes, or /shop/ for any host.")]
    [InlineData(PurgeKind.Prefix, "", "The prefix has 0 characters; allowed: 1 to 4096.")]
    [InlineData(PurgeKind.Tag, "", "The tag has 0 characters; allowed: 1 to 256.")]
    [InlineData(PurgeKind.Tag, "a\nb", "The tag 'a?b' has a character that no field value has; allowed: no control characters.")]
    [InlineData(PurgeKind.Tag, " a", "The tag ' a' begins or ends with a blank; allowed: blanks inside only.")]
    [InlineData(PurgeKind.All, "x", "A purge of everything takes no target; 'x' was given.")]
    [InlineData((PurgeKind)9, "x", "'9' is no kind of purge; allowed: url, prefix, tag, all.")]
    public void What_cannot_be_is_refused_with_what_can(PurgeKind kind, string text, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => Parse(kind, text)).Message);

    [Fact]
    public void Lengths_are_bounded()
    {
        Assert.Equal(PurgeTargets.MaxUrl, Parse(PurgeKind.Prefix, "/" + new string('a', PurgeTargets.MaxUrl - 1)).Length);
        Assert.Throws<ArgumentException>(() => Parse(PurgeKind.Prefix, "/" + new string('a', PurgeTargets.MaxUrl)));
        Assert.Equal(PurgeTargets.MaxTag, Parse(PurgeKind.Tag, new string('a', PurgeTargets.MaxTag)).Length);
        Assert.Equal("The tag has 257 characters; allowed: 1 to 256.", Assert.Throws<ArgumentException>(() => Parse(PurgeKind.Tag, new string('a', 257))).Message);
    }

    [Fact]
    public void Any_text_is_refused_or_has_one_form_that_stays()
    {
        var text = Gen.OneOf(
            Gen.Elements("http://", "https://", "//", "/", "[", "]", ":", "::1", "80", "443", "Example.COM", "@", "?", "#", " ", "\0", "\u00e4", "\ud800", "a,b").ListOf().Select(string.Concat),
            ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => s.Get));
        Prop.ForAll(text.ToArbitrary(), Gen.Elements(Enum.GetValues<PurgeKind>()).ToArbitrary(), (target, kind) =>
        {
            string form;
            try
            {
                form = Parse(kind, target);
            }
            catch (ArgumentException e)
            {
                Assert.DoesNotContain(e.Message, char.IsControl);
                return;
            }

            Assert.Equal(form, Parse(kind, form));
            Assert.Equal(form, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(form)));
            Assert.DoesNotContain('\n', form);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static string Parse(PurgeKind kind, string target) => PurgeTargets.Parse(new PurgeOrder(kind, target, false));
}
