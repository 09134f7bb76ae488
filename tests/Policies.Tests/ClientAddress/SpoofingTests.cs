using System.Net;

namespace Weir.Policies.Tests.ClientAddress;

/// <summary>
/// Who is judged, for everything that a client may send. Trusted are 10.0.0.0/8 and 2001:db8:f::/48; the attacker is 203.0.113.66 and
/// wants to be anybody else.
/// </summary>
public class SpoofingTests
{
    private const string Attacker = "203.0.113.66";

    /// <summary>What attackers put before what the proxy adds.</summary>
    public static readonly TheoryData<string> Forgeries =
    [
        "", " ", ",", ",,,,", "192.0.2.1", "127.0.0.1", "::1", "10.0.0.9", "10.0.0.9, 10.0.0.9", "192.0.2.1, 10.0.0.9",
        "unknown", "_hidden", "_hidden:_port", "garbage", "\"", "\"192.0.2.1", "192.0.2.1\"", "\\", "\\\"", "\"\\", "[", "]", "[::1", "::1]", "[]",
        "for=192.0.2.1", "for=10.0.0.9", "for=\"[::1]\"", "for=\"", "for=\"\\", "for=\"\\\"", "for=192.0.2.1;host=\"", ";", ";;;", "=", "for=", "for",
        "192.0.2.1;", "192.0.2.1:0", "192.0.2.1:99999999", "0x0a.0.0.9", "012.0.0.9", "10.9", "167772169", "10.0.0.9.1", "10.0.0.09", "10.0.0.256",
        "::ffff:10.0.0.9", "::ffff:0a00:0009", "2001:db8:f::9", "2001:db8:f::9%eth0", "fe80::1%", "%", "a,b,c", "\t", "\u00a0", "１０.0.0.9",
        "10.0.0.9 10.0.0.8", "http://10.0.0.9", "10.0.0.9/8", "::", "0.0.0.0", "255.255.255.255",
    ];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void What_stands_before_the_proxys_word_never_changes_who_is_judged(string forgery)
    {
        using var list = new Requests(Requests.Trusting("X-Forwarded-For", "10.0.0.0/8", "2001:db8:f::/48"));
        using var forwarded = new Requests(Requests.Trusting("Forwarded", "10.0.0.0/8", "2001:db8:f::/48"));
        foreach (var proxy in new[] { "10.0.0.1", "::ffff:10.0.0.1", "2001:db8:f::1" })
        {
            Judged(list, Requests.From(proxy, ("X-Forwarded-For", $"{forgery}, {Attacker}")));
            Judged(list, Requests.From(proxy, ("X-Forwarded-For", $"{forgery},{Attacker}:1234")));
            Judged(list, Requests.From(proxy, ("X-Forwarded-For", forgery), ("X-Forwarded-For", Attacker)));
            Judged(list, Requests.From(proxy, ("X-Forwarded-For", $"{forgery}, {Attacker}, 10.0.0.2"), ("X-Forwarded-For", "10.0.0.3:80, 2001:db8:f::4")));
            Judged(list, Requests.From(proxy, ("Forwarded", forgery), ("X-Real-IP", forgery), ("X-Forwarded-For", Attacker)));
            Judged(forwarded, Requests.From(proxy, ("Forwarded", $"{forgery}, for={Attacker}")));
            Judged(forwarded, Requests.From(proxy, ("Forwarded", $"{forgery},for=\"{Attacker}:1234\";proto=https;host=\"a,\\\"b\\\\\"")));
            Judged(forwarded, Requests.From(proxy, ("Forwarded", forgery), ("Forwarded", $"For={Attacker};by=_me, for=\"[2001:db8:f::7]:4711\"")));
            Judged(forwarded, Requests.From(proxy, ("X-Forwarded-For", forgery), ("Forwarded", $"for={Attacker}")));
        }
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void Whoever_is_not_trusted_is_judged_by_its_own_address_and_its_header_goes_no_further(string forgery)
    {
        foreach (var header in new[] { "X-Forwarded-For", "Forwarded", "CF-Connecting-IP" })
        {
            using var requests = new Requests(Requests.Trusting(header, "10.0.0.0/8"));
            var context = Requests.From(Attacker, (header, forgery));
            Judged(requests, context, isDirect: true);
            Assert.False(context.Request.Headers.ContainsKey(header));
        }
    }

    [Fact]
    public void Random_text_before_the_proxys_word_never_changes_who_is_judged()
    {
        using var list = new Requests(Requests.Trusting("X-Forwarded-For", "10.0.0.0/8"));
        using var forwarded = new Requests(Requests.Trusting("Forwarded", "10.0.0.0/8"));
        var random = new Random(20_260_401);
        const string letters = "0123456789abcdef.:,;=\"\\[]_% \tfor=unknown/";
        for (var i = 0; i < 20_000; i++)
        {
            var forgery = new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => letters[random.Next(letters.Length)])]);
            Judged(list, Requests.From("10.0.0.1", ("X-Forwarded-For", $"{forgery},{Attacker}")));
            Judged(forwarded, Requests.From("10.0.0.1", ("Forwarded", $"{forgery},for={Attacker}")));
        }
    }

    private static void Judged(Requests requests, Microsoft.AspNetCore.Http.HttpContext context, bool isDirect = false)
    {
        var client = requests.ClientOf(context);
        Assert.Equal(Attacker, client.Address!.ToString());
        Assert.Equal(0xCB007142UL, client.ClientKey);
        Assert.False(client.IsTrusted);
        Assert.Equal(isDirect, client.IsDirect);
#pragma warning disable RS0030 // What YARP's own forwarder reads.
        Assert.Equal(IPAddress.Parse(Attacker), context.Connection.RemoteIpAddress);
#pragma warning restore RS0030
    }
}
