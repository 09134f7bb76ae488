using Weir.Fail2ban.Filters;

namespace Weir.Fail2ban.Tests.Oracle;

/// <summary>Filters of ours that use what stock ones do not, judged by fail2ban and by us.</summary>
public class CustomFilterTests
{
    [Fact]
    public void Dates_of_every_default_form_are_read_as_fail2ban_reads_them() => Same(
        "failregex = from <HOST>",
        null,
        "2026-11-25T10:00:01.981746+01:00 from 192.0.2.1",
        "2026-11-25 10:00:02,123 from 192.0.2.1",
        "2026/11/25 10:00:03 from 192.0.2.1",
        "2026.11.25 8:00:04 from 192.0.2.1",
        "Wed Nov 25 10:00:05.011 2026 from 192.0.2.1",
        "Wed Nov 25 2026 10:00:06.011 from 192.0.2.1",
        "Jan  3 10:00:07 from 192.0.2.1",
        "25/11/2026 10:00:08 from 192.0.2.1",
        "25-11-26 10:00:09 from 192.0.2.1",
        "[25/Nov/2026:10:00:10 -0130] from 192.0.2.1",
        "25-Nov-2026 10:00:11.252 from 192.0.2.1",
        "11/25/2026:10:00:12 from 192.0.2.1",
        "11-25-2026 10:00:13.252 from 192.0.2.1",
        "1795600814 from 192.0.2.1",
        "[1795600815] from 192.0.2.1",
        "type=X msg=audit(1795600816.123:42): from 192.0.2.1",
        "<11/25/26@10:00:17> from 192.0.2.1",
        "261125 10:00:18 from 192.0.2.1",
        "Nov 25, 2026 10:00:19 PM from 192.0.2.1",
        "Nov-25-26 10:00:20 from 192.0.2.1",
        "20261125T100021 from 192.0.2.1",
        "20261125 100022 from 192.0.2.1",
        "CET Nov 25 10:00:23 from 192.0.2.1",
        "+01:00 Nov 25 10:00:24.011 2026 from 192.0.2.1",
        "@400000006a0b1c2d12345678 from 192.0.2.1",
        "host1 said on 2026-11-25 10:00:25 from 192.0.2.1",
        "x 25/Nov/2026:10:00:26 from 192.0.2.1",
        "2026-11-25 10:00:27 at 2024-01-01 00:00:00 from 192.0.2.1",
        "at 2024-01-01 00:00:00 from 192.0.2.1",
        "2026-02-30 10:00:28 from 192.0.2.1",
        "12-25-2026 10:00:29.252 from 192.0.2.1",
        "Dec 31 10:00:30 from 192.0.2.1");

    [Fact]
    public void A_datepattern_is_read_as_fail2ban_reads_it() => SameOfAll(
        "failregex = from <HOST>\ndatepattern = ",
        [
            Case("^%%Y-%%m-%%d %%H:%%M", "2026-11-25 10:01 from 192.0.2.1", "x 2026-11-25 10:01 from 192.0.2.1"),
            Case("{^LN-BEG}%%d.%%m.%%y %%H:%%M:%%S %%z", "[25.11.26 10:01:02 +0200 from 192.0.2.1", "25.11.26 10:01:02 Z from 192.0.2.1"),
            Case("{NONE}", "2026-11-25 10:01 from 192.0.2.1"),
            Case("EPOCH", "1795600814 from 192.0.2.1", "x1795600814 from 192.0.2.1"),
            Case("{^LN-BEG}LEPOCH", "1795600814123 from 192.0.2.1", "1795600814123456 from 192.0.2.1"),
            Case("t={EPOCH},", "a t=1795600814, from 192.0.2.1", "t=17956008140, from 192.0.2.1"),
            Case("TAI64N", "x @400000006a0b1c2d12345678 from 192.0.2.1"),
            Case(@"\[{DATE}\]", "a [25/Nov/2026:10:00:10 -0130] from 192.0.2.1", "a 25/Nov/2026:10:00:10 from 192.0.2.1"),
            Case("**%%Y%%m%%d-%%H%%M%%S**", "x20261125-100001y from 192.0.2.1"),
            Case("%%A, %%B %%d %%Y %%I:%%M %%p", "Wednesday, November 25 2026 10:01 PM from 192.0.2.1", "wednesday, november 25 2026 12:01 am from 192.0.2.1"),
            Case("%%Y %%j %%H:%%M:%%S", "2026 329 10:00:01 from 192.0.2.1", "2026 001 10:00:01 from 192.0.2.1"),
            Case("%%ExY-%%Exm-%%Exd %%ExH:%%ExM:%%ExS %%ExZ", "2026-11-25 10:00:01 EST from 192.0.2.1", "2026-11-25 1:00:01 EST from 192.0.2.1"),
            Case("%%d %%b %%Y %%k:%%M:%%S %%Exz", "25 Nov 2026  9:00:01 UTC+0100 from 192.0.2.1", "25 Nov 2026 10:00:01 CEST from 192.0.2.1"),
            Case("%%H:%%M:%%S", "at 00:00:00 from 192.0.2.1"),
            Case("%%b %%d %%l:%%M:%%S %%p", "Nov 25  9:00:01 PM from 192.0.2.1"),
            Case("%%Y-%%U-%%w %%H:%%M", "2026-47-3 10:00 from 192.0.2.1", "2026-00-5 10:00 from 192.0.2.1"),
            Case("%%Y-%%W-%%a %%H:%%M", "2026-47-Wed 10:00 from 192.0.2.1"),
            Case("(?i)day (%%d)/%%m/%%Y", "DAY 25/11/2026 from 192.0.2.1"),
        ]);

    [Fact]
    public void Expressions_over_several_lines_match_what_they_match_for_fail2ban() => Same(
        "failregex = ^ first (?P<id>\\d+) from <HOST>\\s*$<SKIPLINES>^ second (?P=id)\\s*$\nignoreregex = first 9 \nmaxlines = 4",
        null,
        "2026-11-25 10:00:01 first 1 from 192.0.2.1",
        "2026-11-25 10:00:01 first 2 from 192.0.2.2",
        "2026-11-25 10:00:02 second 1",
        "2026-11-25 10:00:02 second 2",
        "2026-11-25 10:00:03 second 3",
        "2026-11-25 10:00:03 first 3 from 192.0.2.3",
        "2026-11-25 10:00:04 a",
        "2026-11-25 10:00:04 b",
        "2026-11-25 10:00:04 c",
        "2026-11-25 10:00:05 second 3",
        "2026-11-25 10:00:06 first 9 from 192.0.2.9",
        "2026-11-25 10:00:06 second 9",
        "2026-11-25 10:00:07 first 4 from 192.0.2.4",
        "2026-11-25 10:00:07 second 4");

    [Fact]
    public void Connections_and_their_users_are_followed_as_fail2ban_follows_them() => Same(
        "prefregex = ^ <F-MLFID>\\w+</F-MLFID>: <F-CONTENT>.+</F-CONTENT>$\n" +
        "failregex = ^bad <F-USER>\\S+</F-USER>$\n  ^<F-NOFAIL>open</F-NOFAIL> <HOST>$\n  ^<F-MLFFORGET><F-MLFGAINED>good</F-MLFGAINED></F-MLFFORGET> <F-USER>\\S+</F-USER>$\n  ^<F-MLFFORGET>close</F-MLFFORGET>$\n  ^bad <F-ALT_USER_1>\\S+</F-ALT_USER_1> from <HOST>$",
        null,
        "2026-11-25 10:00:01 c1: open 192.0.2.1",
        "2026-11-25 10:00:01 c1: bad bob",
        "2026-11-25 10:00:01 c2: bad eve",
        "2026-11-25 10:00:02 c2: open 192.0.2.2",
        "2026-11-25 10:00:02 c1: good bob",
        "2026-11-25 10:00:02 c1: bad bob",
        "2026-11-25 10:00:03 c3: open host3.example.org",
        "2026-11-25 10:00:03 c3: bad bob",
        "2026-11-25 10:00:03 c3: bad eve",
        "2026-11-25 10:00:03 c3: good eve",
        "2026-11-25 10:00:04 c4: bad bob from 2001:db8::4",
        "2026-11-25 10:00:04 c4: close",
        "2026-11-25 10:00:04 c4: close");

    [Fact]
    public void Tags_of_hosts_find_what_they_find_for_fail2ban()
    {
        string[] hosts = ["192.0.2.1", "2001:db8::1", "[2001:db8::2]", "::1", "::ffff:192.0.2.3", "host.example.org", "a_b-c", "192.0.2.0/24", "2001:db8::/32", "192.0.2.1:80", "300.1.1.1", "1.2.3", "-x-", "ü.example.org", "1:2:3:4:5:6:7:8:9", "010.0.0.1"];
        string[] lines = [.. hosts.Select(static host => $"2026-11-25 10:00:01 {host} x")];
        string[] expressions =
        [
            "^ <ADDR> x$",
            "^ <IP4> x$",
            "^ <IP6> x$",
            "^ <DNS> x$",
            "^ <SUBNET> x$",
            "^ <ADDR>/<CIDR> x$",
            "^ <F-ID>\\S+</F-ID> x$",
            "^ <F-ID/> x$",
            "^ <F-IP4/>:<F-PORT/> x$",
            "^ <HOST>(?::<F-PORT>\\d+</F-PORT>)? x$",
        ];
        SameOfAll("failregex = ", [.. expressions.Select(expression => Case(expression, lines))]);
    }

    [Fact]
    public void Interpolations_and_tags_come_out_as_fail2ban_has_them() => Same(
        """
        _a = from
        _b = %(_a)s <_c>
        _c = <x-<mode>>
        x-normal = <HOST>
        x-other = <known/who> at <HOST>
        failregex = ^ %(_b)s
                    ^ %(common/_a)s-<HOST> ; a comment
                    # another one
                    ^ 100%% <HOST>
                    ^ %(__name__)s <HOST>

                    ^ <Init/who> - <HOST>
        ignoreregex = ignored

        [common]
        _a = from

        [Init]
        mode = normal
        who = root
        """,
        "[mode=other, who=\"bob, eve\"]",
        "2026-11-25 10:00:01 from 192.0.2.1",
        "2026-11-25 10:00:01 from root at 192.0.2.2",
        "2026-11-25 10:00:01 from bob, eve at 192.0.2.3",
        "2026-11-25 10:00:01 from-192.0.2.4",
        "2026-11-25 10:00:01 from-192.0.2.4 ignored",
        "2026-11-25 10:00:01 100% 192.0.2.5",
        "2026-11-25 10:00:01 Definition 192.0.2.6",
        "2026-11-25 10:00:01 root - 192.0.2.7");

    [Fact]
    public void An_expression_of_Python_means_the_same_here() => SameOfAll(
        "failregex = ",
        [
            Case("^ (a)(?P<x>b)?(c)\\3\\1 <HOST>$", "2026-11-25 10:00:01 abcca 192.0.2.1", "2026-11-25 10:00:01 accb 192.0.2.1", "2026-11-25 10:00:01 acca 192.0.2.1"),
            Case("^ a++a? <HOST>$", "2026-11-25 10:00:01 aaa 192.0.2.1"),
            Case("^ (?:ab)*+c{,2}d <HOST>$", "2026-11-25 10:00:01 ababccd 192.0.2.1", "2026-11-25 10:00:01 d 192.0.2.1", "2026-11-25 10:00:01 cccd 192.0.2.1"),
            Case("^ [[a-]+[]b]\\_ <HOST>$", "2026-11-25 10:00:01 [a-]_ 192.0.2.1", "2026-11-25 10:00:01 [b_ 192.0.2.1"),
            Case("(?i)^ ABC <HOST>$", "2026-11-25 10:00:01 abc 192.0.2.1"),
            Case("^ ((?i)abc)d <HOST>$", "2026-11-25 10:00:01 ABCd 192.0.2.1", "2026-11-25 10:00:01 abcD 192.0.2.1"),
            Case("^ (<)?x(?(1)>|!) <HOST>$", "2026-11-25 10:00:01 <x> 192.0.2.1", "2026-11-25 10:00:01 x! 192.0.2.1", "2026-11-25 10:00:01 x> 192.0.2.1"),
            Case("^ \\d+ \\w+ <HOST>$", "2026-11-25 10:00:01 ٣ é 192.0.2.1", "2026-11-25 10:00:01 x é 192.0.2.1"),
            Case("^ x <HOST>\\Z", "2026-11-25 10:00:01 x 192.0.2.1"),
            Case("^ x <HOST>\\s*\\Z", "2026-11-25 10:00:01 x 192.0.2.1"),
            Case("^ (?#comment)x{ \\x41\\u0042 <HOST>$", "2026-11-25 10:00:01 x{ AB 192.0.2.1"),
            Case("^ <F-USER>\\S+</F-USER> </F-X> <HOST>$", "2026-11-25 10:00:01 bob </F-X> 192.0.2.1"),
        ]);

    private static (string Value, string[] Lines) Case(string value, params string[] lines) => (value, lines);

    private static void SameOfAll(string before, (string Value, string[] Lines)[] cases) =>
        Same([.. cases.Select(test => (before + test.Value, "", test.Lines))]);

    private static void Same(string definition, string? options, params string[] lines) => Same([(definition, options ?? "", lines)]);

    private static void Same((string Definition, string Options, string[] Lines)[] filters)
    {
        using var folder = new ConfigFolder();
        OracleQuestion[] questions = [.. filters.Select(static (filter, index) => new OracleQuestion($"custom{index}{filter.Options}", filter.Lines))];
        for (int index = 0; index < filters.Length; index++)
        {
            folder.With($"filter.d/custom{index}.conf", "[Definition]\n" + filters[index].Definition + "\n");
        }

        folder.WithJails([.. questions.Select(static question => question.Filter)]);
        IReadOnlyList<OracleAnswer> answers = Fail2banOracle.Ask(questions, folder.Path);
        Fail2banSet set = folder.Read();
        Assert.Equal([], set.Messages);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        for (int index = 0; index < filters.Length; index++)
        {
            IReadOnlyList<IReadOnlyList<OracleVerdict>> theirs = answers[index].Verdicts!;
            var filter = new LineFilter(set.Jails[index].Filter, TimeZoneInfo.Utc);
            string[] lines = filters[index].Lines;
            string[] expected = [filters[index].Definition, .. theirs.Select(static found => found.Count == 0 ? "-" : $"{found[0].Expression} {found[0].Host} {found[0].Time}")];
            string[] judged = [filters[index].Definition, .. lines.Select((line, at) => Text(filter.Judge(line, now), theirs[at]))];
            Assert.Equal(expected, judged);
        }
    }

    // Where fail2ban-regex has no time, we have the time of arrival; a clock's seconds may have passed between the two.
    private static string Text(LineVerdict verdict, IReadOnlyList<OracleVerdict> theirs)
    {
        if (verdict.Kind != LineVerdictKind.Matched)
        {
            return "-";
        }

        double? time = theirs.Count > 0 && theirs[0].Time is { } known && Math.Abs(known - verdict.Time.ToUnixTimeSeconds()) < 60 && known % 1 != 0
            ? known
            : theirs.Count > 0 && theirs[0].Time is null ? null : verdict.Time.ToUnixTimeSeconds();
        return $"{verdict.Expression} {verdict.Host} {time}";
    }
}
