using System.Text.Json;
using Weir.Fail2ban.Filters;
using Weir.Fail2ban.Jails;

namespace Weir.Fail2ban.Tests.Oracle;

public class StockFilterTests
{
    private static readonly TimeProvider Clock = TimeProvider.System;

    [Fact]
    public void Lines_are_judged_as_fail2ban_judges_them()
    {
        IReadOnlyList<OracleAnswer> answers = Fail2banOracle.Ask(LineFiles.All);
        using ConfigFolder folder = new ConfigFolder(stockFilters: true).WithJails([.. LineFiles.All.Select(static question => question.Filter)]);
        Fail2banSet set = folder.Read();
        Assert.Equal([], set.Messages.Where(static message => message.IsError));
        var differences = new List<string>();
        int matched = 0;
        for (int index = 0; index < answers.Count; index++)
        {
            OracleQuestion question = LineFiles.All[index];
            JailDefinition jail = set.Jails.Single(jail => jail.Name == $"j{index}");
            var filter = new LineFilter(jail.Filter, TimeZoneInfo.Utc);
            DateTimeOffset now = Clock.GetUtcNow();
            for (int line = 0; line < question.Lines.Count; line++)
            {
                OracleVerdict? theirs = answers[index].Verdicts![line] is [OracleVerdict first, ..] ? first : null;
                LineVerdict ours = filter.Judge(question.Lines[line], now);
                matched += theirs is null ? 0 : 1;
                if (!Same(theirs, ours, question.Lines[line]))
                {
                    differences.Add($"{question.Filter}: {question.Lines[line]}\n  fail2ban: {theirs}\n  we: {ours}");
                }
            }

            Assert.Equal(0, filter.TimedOut);
        }

        Assert.Equal("", string.Join('\n', differences));
        Assert.InRange(matched, 300, 10_000);
    }

    [Fact]
    public void Every_expression_of_the_apache_filters_is_matched_and_nearly_matched_by_a_line()
    {
        OracleQuestion[] questions = [.. LineFiles.All.Where(static question => question.Filter.StartsWith("apache-", StringComparison.Ordinal))];
        string[] stock = [.. Directory.GetFiles(Fail2banOracle.Folder + "/filter.d", "apache-*.conf").Select(static file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];
        Assert.Equal(stock.Except(["apache-common"]), questions.Select(static question => question.Filter));
        IReadOnlyList<OracleAnswer> answers = Fail2banOracle.Ask(questions);
        for (int index = 0; index < questions.Length; index++)
        {
            int[] used = [.. answers[index].Verdicts!.SelectMany(static found => found).Select(static found => found.Expression).Distinct().Order()];
            Assert.Equal(Enumerable.Range(0, answers[index].Settings!.FailRegex.Count), used);
            Assert.InRange(answers[index].Verdicts!.Count(static found => found.Count == 0), 4, 1000);
        }
    }

    [Fact]
    public void Every_stock_filter_is_read_as_fail2ban_reads_it_and_compiles()
    {
        OracleQuestion[] questions = [.. Directory.GetFiles(Fail2banOracle.Folder + "/filter.d", "*.conf")
            .Select(static file => new OracleQuestion(Path.GetFileNameWithoutExtension(file), [])).OrderBy(static question => question.Filter, StringComparer.Ordinal)];
        IReadOnlyList<OracleAnswer> answers = Fail2banOracle.Ask(questions);
        using ConfigFolder folder = new ConfigFolder(stockFilters: true).WithJails([.. questions.Select(static question => question.Filter)]);
        Fail2banSet set = folder.Read();
        var differences = new List<string>();
        for (int index = 0; index < questions.Length; index++)
        {
            OracleSettings? theirs = answers[index].Settings;
            FilterDefinition? ours = set.Jails.SingleOrDefault(jail => jail.Name == $"j{index}")?.Filter;
            if (theirs is null || theirs.FailRegex.Count == 0)
            {
                Assert.Null(ours);
                continue;
            }

            string expected = JsonSerializer.Serialize(theirs);
            string read = ours is null ? "not read" : JsonSerializer.Serialize(new OracleSettings(ours.PrefRegex, ours.FailRegex, ours.IgnoreRegex, ours.DatePattern, ours.MaxLines));
            if (expected != read)
            {
                differences.Add($"{questions[index].Filter}:\n  {expected}\n  {read}");
            }
        }

        Assert.Equal("", string.Join('\n', differences));
        Assert.InRange(set.Jails.Count, 80, 200);
    }

    [Fact]
    public void The_program_fail2ban_regex_prints_the_hosts_that_we_find()
    {
        OracleQuestion question = LineFiles.All.Single(static question => question.Filter == "apache-auth");
        using ConfigFolder folder = new ConfigFolder(stockFilters: true).WithJails([question.Filter]);
        folder.With("lines.log", string.Join('\n', question.Lines) + "\n");
        string printed = Fail2banOracle.Run("fail2ban-regex", null, "-r", "-o", "id", folder.Path + "/lines.log", "apache-auth");
        var filter = new LineFilter(folder.Read().Jails[0].Filter, TimeZoneInfo.Utc);
        DateTimeOffset now = Clock.GetUtcNow();
        IEnumerable<string?> hosts = question.Lines.Select(line => filter.Judge(line, now))
            .Where(static verdict => verdict.Kind == LineVerdictKind.Matched)
            .Select(static verdict => verdict.Address?.ToString() ?? verdict.Host);
        Assert.Equal(printed.Split('\n', StringSplitOptions.RemoveEmptyEntries), hosts);
    }

    private static bool Same(OracleVerdict? theirs, LineVerdict ours, string line)
    {
        if (theirs is null)
        {
            return ours.Kind != LineVerdictKind.Matched;
        }

        bool host = ours.Host == theirs.Host && (ours.Address is null || ours.Address.ToString() == theirs.Id || theirs.Id != theirs.Host);
        // A line without a date gets none from fail2ban-regex, and the time of arrival from us.
        bool time = theirs.Time is null || Math.Abs(ours.Time.ToUnixTimeSeconds() - theirs.Time.Value) < 1 || !line.Contains(':', StringComparison.Ordinal);
        return ours.Kind == LineVerdictKind.Matched && ours.Expression == theirs.Expression && host && time;
    }
}
