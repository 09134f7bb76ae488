using Weir.Policies.Jail.Lists;

namespace Weir.Policies.Tests.Jail;

public sealed class ListTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("600", 600)]
    [InlineData("10m", 600)]
    [InlineData("1h30m", 5400)]
    [InlineData("2D", 172_800)]
    [InlineData("1w", 604_800)]
    [InlineData("01:00:00", 3600)]
    [InlineData("1.00:00:00", 86_400)]
    [InlineData("forever", null)]
    [InlineData("-1", null)]
    public void Durations_are_read_as_people_write_them(string text, int? seconds)
    {
        Assert.True(BanTime.TryParse(text, out var time));
        Assert.Equal(seconds, time?.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("m")]
    [InlineData("10x")]
    [InlineData("10 m")]
    [InlineData("9999999999")]
    [InlineData("600w")]
    [InlineData("-01:00:00")]
    [InlineData("25:61:00")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(BanTime.TryParse(text, out _));

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7/32 3600 ")]
    [InlineData("  192.0.2.0/24 10m  bad people # comment", "192.0.2.0/24 600 bad people")]
    [InlineData("192.0.2.7 forever", "192.0.2.7/32 ever ")]
    [InlineData("192.0.2.7 bad people", "192.0.2.7/32 3600 bad people")]
    [InlineData("2001:db8::/32\t1d", "2001:db8::/32 86400 ")]
    [InlineData("192.0.2.7 \t2026-01-01 00:00:00 + 600 = 2026-01-01 00:10:00", "192.0.2.7/32 600 fail2ban")]
    [InlineData("192.0.2.7 \t2026-01-01 00:00:00 + -1 = 9999-12-31 23:59:59", "192.0.2.7/32 ever fail2ban")]
    [InlineData("[{'sshd': ['192.0.2.1', '192.0.2.2']}, {'apache': []}]", "192.0.2.1/32 3600 fail2ban sshd;192.0.2.2/32 3600 fail2ban sshd")]
    [InlineData("[{\"sshd\": []}]", "")]
    [InlineData("[]", "")]
    [InlineData("", "")]
    [InlineData(" # only a comment", "")]
    public void Lines_of_a_list_are_understood(string line, string expected)
    {
        Assert.Null(BanLine.Read(line, TimeSpan.FromHours(1), Now, TimeZoneInfo.Utc, out var entries));
        Assert.Equal(expected, string.Join(';', entries.Select(e => $"{e.Network} {(e.Until is { } u ? $"{(u - Now).TotalSeconds}" : "ever")} {e.Reason}")));
    }

    [Theory]
    [InlineData("host.example", "'host.example' is no address and no network.")]
    [InlineData("192.0.2.7 10x", "'10x' is no duration; allowed: seconds, 10m, 2h, 1d, 1w, 01:00:00 or forever.")]
    [InlineData("192.0.2.7 \t2025-01-01 00:00:00 + 600 = 2025-01-01 00:10:00", "Its end has passed already.")]
    [InlineData("192.0.2.7 \t2025-01-01 00:00:00 + 600 = 2025-02-31 00:10:00", "'2025-02-31 00:10:00' is no time.")]
    [InlineData("[{'sshd': ['x']}]", "'x' is no address and no network.")]
    [InlineData("[nothing]", "It is no list as fail2ban-client banned writes it.")]
    public void A_bad_line_is_told_in_a_sentence(string line, string why) =>
        Assert.Equal(why, BanLine.Read(line, TimeSpan.FromHours(1), Now, TimeZoneInfo.Utc, out _));

    [Fact]
    public void Good_lines_come_into_force_and_bad_ones_are_told_by_number()
    {
        using var cell = new Cell();
        var result = BanImport.Take(cell.Bans, ["192.0.2.7", "nonsense", "# x", "10.0.0.1", "192.0.2.8 forever why"], TimeSpan.FromHours(1), cell.Now, TimeZoneInfo.Utc);
        Assert.Equal((2, 2), (result.Added, result.Refused));
        Assert.Equal([2, 4], result.Faults.Select(f => f.Line));
        Assert.Contains("trusted proxy", result.Faults[1].Text, StringComparison.Ordinal);
        Assert.Equal(2, cell.Bans.Count);
    }

    [Fact]
    public void Any_text_is_answered_with_a_sentence_or_entries_and_never_an_exception()
    {
        const string Alphabet = "0123456789abcdef:./[]{}'\", #=+-mhdw\t";
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(60)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            BanLine.Read(text, null, Now, TimeZoneInfo.Utc, out var entries);
            Assert.NotNull(entries);
        }
    }
}
