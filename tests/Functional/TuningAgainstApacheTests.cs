using System.CommandLine;
using System.Text.Json;
using Weir.Farm.Model;
using Weir.Farm.Readers;
using Weir.Farm.Readers.Memory;
using Weir.Gateway.Cli;
using Weir.Support;
using Weir.Support.Apache;

namespace Weir.Functional;

/// <summary>Holds the tuning model against the real Apache: its messages, its effective values, its verdict on what we write.</summary>
public sealed class TuningAgainstApacheTests : IDisposable
{
    private readonly ApacheCheck _check = new();

    public static TheoryData<string, string> Inconsistent => new()
    {
        { "worker", "MaxRequestWorkers 160" },
        { "worker", "MaxRequestWorkers 4025" },
        { "worker", "ServerLimit 30000|ThreadLimit 200000" },
        { "worker", "ServerLimit 20001|ThreadLimit 20001|ThreadsPerChild 20002|MaxRequestWorkers 1" },
        { "worker", "ServerLimit 0|ThreadLimit 0|ThreadsPerChild 0|MaxRequestWorkers 0|StartServers 0|MinSpareThreads 0" },
        { "worker", "ThreadsPerChild 100" },
        { "worker", "MaxRequestWorkers abc" },
        { "worker", "MaxRequestWorkers 99999999999" },
        { "worker", "MaxRequestWorkers 99999999999999999999999" },
        { "worker", "AsyncRequestWorkerFactor 2" },
        { "worker", "MinSpareServers 4" },
        { "worker", "ServerLimit 3x|ThreadsPerChild \" 7\"|MaxRequestWorkers +100" },
        { "event", "MaxRequestWorkers 160" },
        { "event", "ServerLimit 161|ThreadsPerChild 25|MaxRequestWorkers 4030" },
        { "event", "ServerLimit 30000|ThreadLimit 200000|ThreadsPerChild 300000" },
        { "event", "ThreadLimit 20001" },
        { "event", "ServerLimit -1|ThreadLimit -1|ThreadsPerChild -1|MaxRequestWorkers -1|StartServers -1|MinSpareThreads -1" },
        { "event", "ThreadsPerChild 64|MaxRequestWorkers 10" },
        { "event", "AsyncRequestWorkerFactor 0" },
        { "event", "AsyncRequestWorkerFactor abc" },
        { "event", "AsyncRequestWorkerFactor 2.7|MaxRequestWorkers 26" },
        { "event", "MaxSpareServers 4" },
        { "prefork", "MaxRequestWorkers 300" },
        { "prefork", "ServerLimit 300000" },
        { "prefork", "ServerLimit 0" },
        { "prefork", "ServerLimit 0|MaxRequestWorkers 0" },
        { "prefork", "MaxRequestWorkers nonsense" },
        { "prefork", "StartServers 0|MinSpareServers 0|MaxSpareServers 0" },
        { "prefork", "ServerLimit 400|MaxRequestWorkers 500" },
        { "prefork", "ThreadsPerChild 25" },
        { "prefork", "ThreadLimit 4" },
        { "prefork", "MinSpareThreads 4" },
        { "prefork", "AsyncRequestWorkerFactor 2" },
    };

    public void Dispose() => _check.Dispose();

    [Theory]
    [MemberData(nameof(Inconsistent))]
    public async Task The_model_says_what_Apache_says(string mpm, string directives) =>
        await CompareAsync(Enum.Parse<Mpm>(mpm, ignoreCase: true), directives.Replace('|', '\n'));

    [Fact]
    public async Task The_model_says_what_Apache_says_for_generated_configurations()
    {
        var random = new Random(20_260);
        for (var i = 0; i < 60; i++)
        {
            var mpm = (Mpm)(i % 3);
            string[] names = mpm == Mpm.Prefork
                ? ["ServerLimit", "MaxRequestWorkers", "StartServers", "MinSpareServers", "MaxSpareServers"]
                : ["ServerLimit", "ThreadLimit", "ThreadsPerChild", "MaxRequestWorkers", "StartServers", "MinSpareThreads", "MaxSpareThreads"];
            await CompareAsync(mpm, string.Join('\n', names.Where(_ => random.Next(3) > 0).Select(n => $"{n} {Number(random)}")));
        }
    }

    [Theory]
    [InlineData("event", "ServerLimit 3|ThreadsPerChild 7|MaxRequestWorkers 40")]
    [InlineData("worker", "ThreadsPerChild 100|MaxRequestWorkers 150")]
    [InlineData("prefork", "ServerLimit 9|MaxRequestWorkers 20|StartServers 1")]
    [InlineData("event", "MaxRequestWorkers abc")]
    public async Task The_scoreboard_of_a_running_Apache_is_as_long_as_the_model_says(string mpm, string directives)
    {
        var block = directives.Replace('|', '\n');
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Mpm = mpm, MpmBlock = block });
        var status = await TuneStatus.FetchAsync(apache.Url + "/server-status", TestContext.Current.CancellationToken);

        var local = await LocalApache.ReadAsync(ApacheServer.Binary, apache.ConfigFile);

        Assert.Equal(status.ScoreboardLength, EffectiveLimits.Compute(local.Settings).MaxRequestWorkers);
        Assert.Equal(Enum.Parse<Mpm>(mpm, ignoreCase: true), status.Mpm);
    }

    [Theory]
    [InlineData(Mpm.Prefork)]
    [InlineData(Mpm.Worker)]
    [InlineData(Mpm.Event)]
    public async Task What_the_model_writes_is_taken_by_Apache_without_a_word(Mpm mpm)
    {
        var random = new Random(11);
        for (var i = 0; i < 8; i++)
        {
            var plan = TuningPlanner.Compute(new()
            {
                Settings = new() { Mpm = mpm, MaxRequestWorkers = random.Next(0, 9000), ServerLimit = random.Next(0, 900), ThreadsPerChild = mpm == Mpm.Prefork ? null : random.Next(1, 200), ThreadLimit = mpm == Mpm.Prefork ? null : 128 },
                RamMb = random.Next(600, 50_000),
                PeakRps = random.Next(1, 50_000),
            });
            var (lines, starts) = await _check.RunAsync(mpm, plan.Conf);

            Assert.True(starts);
            Assert.Empty(lines);
        }
    }

    [Fact]
    public async Task Our_reading_of_a_configuration_is_Apaches_own_reading()
    {
        File.WriteAllText(_check.File("more.conf"), "<IfModule mpm_event_module>\nMaxRequestWorkers ${WORKERS}\n</IfModule>\n<IfModule prefork.c>\nServerLimit 1\n</IfModule>\n");
        var config = _check.Write(Mpm.Event, "Define WORKERS 75\nServerLimit \\\n  40\n<IfVersion >= 2.4>\nThreadsPerChild 5\n</IfVersion>\nIncludeOptional m*.conf\n<IfDefine !NEVER>\nKeepAliveTimeout 3\n</IfDefine>");
        var local = await LocalApache.ReadAsync(ApacheServer.Binary, config);

        Assert.Contains("as resolved by", local.Source, StringComparison.Ordinal);
        Assert.Empty(local.Config.Errors);
        Assert.Equal(local.Settings, Farm.Readers.Config.MpmSettingsReader.Read(local.Config, Mpm.Event));
        Assert.Equal((75, 40, 5), (local.Settings.MaxRequestWorkers!.Value.Value, local.Settings.ServerLimit!.Value.Value, local.Settings.ThreadsPerChild!.Value.Value));
    }

    [Fact]
    public async Task Memory_of_one_Apache_is_measured_by_PSS_and_the_ps_line_says_more()
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = "StartServers 3\nMinSpareThreads 50\nMaxRequestWorkers 75" });
        ApacheMemory? memory = null;
        // A child is there before its threads are.
        for (var attempt = 0; attempt < 600 && !(memory is { Children.Count: 3 } && memory.Children.All(c => c.Threads == 27)); attempt++)
        {
            await Task.Delay(50);
            memory = new ApacheMemoryReader().Read(apache.Pid);
        }

        Assert.Equal(3, memory!.Children.Count);
        Assert.All(memory.Children, c => Assert.Equal(27, c.Threads));
        Assert.True(memory.Overcount > 1.2, $"RSS / PSS is {memory.Overcount}");
        Assert.InRange(memory.PerChildMb!.Value, 0.1, 10);
        Assert.True(new PsMemoryReader().Read()!.TotalMb > memory.ChildrenPssMb);
    }

    [Fact]
    public async Task Tune_prints_the_published_figures_without_any_gateway_configuration()
    {
        var (code, text, _) = await TuneAsync("--mpm", "worker", "--server-limit", "161", "--threads-per-child", "25", "--max-request-workers", "4025", "--cores", "2", "--cpu-per-request", "6.4ms");

        Assert.Equal(0, code);
        foreach (var figure in (string[])["4348", "39.81", "552", "4024", "40240/s", "cpu, 21 workers"])
            Assert.Contains(figure, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_reads_a_local_Apache_and_a_status_page_and_writes_JSON()
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = "MaxRequestWorkers 160" });
        var (_, local, _) = await TuneAsync("--apache2", ApacheServer.Binary, "--config", apache.ConfigFile, "--pid", $"{apache.Pid}", "--format", "json");
        var (_, status, _) = await TuneAsync("--status-url", apache.Url + "/server-status", "--format", "json");
        var (_, table, _) = await TuneAsync("--pid", $"{apache.Pid}");

        var plan = TuningPlanJson.Read(local);
        Assert.Equal("AH00513", Assert.Single(plan.Effective.Messages).Code);
        Assert.True(plan.Ram.IsMeasured);
        Assert.Equal(150, TuningPlanJson.Read(status).Effective.MaxRequestWorkers);
        Assert.Equal("event", JsonDocument.Parse(status).RootElement.GetProperty("effective").GetProperty("mpm").GetString());
        Assert.Matches(@"AH00513: WARNING: .*httpd\.conf:\d+\)", string.Join(' ', table.Split(['\n', '\r'], StringSplitOptions.TrimEntries)));
        Assert.Contains("ps line, now", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_input_ends_with_1_and_names_option_range_and_value()
    {
        var (range, _, rangeErrors) = await TuneAsync("--headroom", "3", "--gateways", "0");
        var (unit, _, unitErrors) = await TuneAsync("--ram", "much");
        var (missing, _, missingErrors) = await TuneAsync("--apache2", "/nowhere/apache2");
        var (lonely, _, lonelyErrors) = await TuneAsync("--restart", "full");

        Assert.Equal((1, 1, 1, 1), (range, unit, missing, lonely));
        Assert.Contains("--restart works only with --apply.", lonelyErrors, StringComparison.Ordinal);
        Assert.Contains("--gateways is 0; allowed: 1 to 1000.", rangeErrors, StringComparison.Ordinal);
        Assert.Contains("--ram is 'much'; allowed: a size", unitErrors, StringComparison.Ordinal);
        Assert.Contains("/nowhere/apache2", missingErrors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_writes_the_block_keeps_a_backup_and_restarts_nothing()
    {
        const string Old = "# event MPM\nMaxRequestWorkers 160\n";
        var (config, file) = Included(Old);
        var (dry, shown, _) = await TuneAsync("--apache2", ApacheServer.Binary, "--config", config, "--apply", file, "--dry-run");
        var untouched = await File.ReadAllTextAsync(file);
        var (code, text, _) = await TuneAsync("--apache2", ApacheServer.Binary, "--config", config, "--apply", file);
        var (again, same, _) = await TuneAsync("--apache2", ApacheServer.Binary, "--config", config, "--apply", file);

        Assert.Equal((0, 0, 0), (dry, code, again));
        Assert.Equal(Old, untouched);
        Assert.Contains("- MaxRequestWorkers 160", shown, StringComparison.Ordinal);
        Assert.Contains("Nothing was restarted", text, StringComparison.Ordinal);
        Assert.Contains("holds the block already", same, StringComparison.Ordinal);
        Assert.StartsWith("# event MPM\n<IfModule mpm_event_module>", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.Equal(Old, await File.ReadAllTextAsync(Assert.Single(Backups(file))));
        var (lines, starts) = await RecheckAsync(config);
        Assert.True(starts);
        Assert.Empty(lines);
    }

    [Fact]
    public async Task Apply_restores_the_file_when_Apache_refuses_the_configuration()
    {
        const string Old = "# event MPM\nMaxRequestWorkers 160\n";
        var (config, file) = Included(Old);
        await File.AppendAllTextAsync(config, "\nNoSuchDirective on\n");
        var (code, text, errors) = await TuneAsync("--apache2", ApacheServer.Binary, "--config", config, "--mpm", "event", "--apply", file);

        Assert.Equal(1, code);
        Assert.Contains("is as it was", text + errors, StringComparison.Ordinal);
        Assert.Contains("NoSuchDirective", text + errors, StringComparison.Ordinal);
        Assert.Equal(Old, await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task Apply_with_nothing_to_change_restarts_neither_in_a_dry_run_nor_into_a_broken_configuration()
    {
        var (config, file) = Included("");
        var (control, called) = Control();
        string[] apply = ["--apache2", ApacheServer.Binary, "--config", config, "--mpm", "event", "--max-request-workers", "100", "--ram", "4G", "--cores", "2", "--apply", file];
        await TuneAsync(apply);
        var (dry, _, _) = await TuneAsync([.. apply, "--restart", "graceful", "--apachectl", control, "--dry-run"]);
        await File.AppendAllTextAsync(config, "\nNoSuchDirective on\n");
        var (broken, text, errors) = await TuneAsync([.. apply, "--restart", "graceful", "--apachectl", control]);

        Assert.Equal((0, 1), (dry, broken));
        Assert.Contains("holds the block already", text, StringComparison.Ordinal);
        Assert.Contains("NoSuchDirective", text + errors, StringComparison.Ordinal);
        Assert.False(File.Exists(called));
    }

    [Fact]
    public async Task Apply_with_a_full_restart_gives_the_running_Apache_its_new_limits()
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = "IncludeOptional mpm_event.conf" });
        var old = apache.Pid;
        var file = Path.Combine(apache.Root, "mpm_event.conf");
        var (code, text, errors) = await TuneAsync("--apache2", ApacheServer.Binary, "--config", apache.ConfigFile, "--max-request-workers", "800", "--server-limit", "40", "--apply", file, "--restart", "full");
        try
        {
            using var http = new HttpClient();
            await AnswerAsync(http, apache.Url + "/server-status?auto");
            var status = await TuneStatus.FetchAsync(apache.Url + "/server-status", TestContext.Current.CancellationToken);

            Assert.True(code == 0, text + errors);
            Assert.Equal(800, status.ScoreboardLength);
            Assert.False(Directory.Exists($"/proc/{old}"));
        }
        finally
        {
            await StopDaemonAsync(apache);
        }
    }

    [Fact]
    public async Task A_full_restart_finds_the_process_where_the_binary_keeps_it_without_a_PidFile_directive()
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = "IncludeOptional mpm_event.conf" });
        var old = apache.Pid;
        var pidFile = PidFile(apache);
        var kept = (await File.ReadAllLinesAsync(apache.ConfigFile)).Where(l => !l.StartsWith("PidFile", StringComparison.Ordinal));
        await File.WriteAllLinesAsync(apache.ConfigFile, kept);
        // A build that keeps its process number elsewhere than Debian's, in a place that is this test's own.
        var binary = Path.Combine(apache.Root, "httpd");
        ScriptFile.Write(binary, $"""
            case "$*" in
            *-V) {ApacheServer.Binary} "$@" | sed 's#DEFAULT_PIDLOG="[^"]*"#DEFAULT_PIDLOG="{pidFile}"#' ;;
            *-k*) exec {ApacheServer.Binary} -c 'PidFile "{pidFile}"' "$@" ;;
            *) exec {ApacheServer.Binary} "$@" ;;
            esac
            """);
        try
        {
            var (code, text, errors) = await TuneAsync("--apache2", binary, "--config", apache.ConfigFile, "--max-request-workers", "800", "--server-limit", "40", "--apply", Path.Combine(apache.Root, "mpm_event.conf"), "--restart", "full");

            Assert.True(code == 0, text + errors);
            Assert.False(Directory.Exists($"/proc/{old}"));
            Assert.True(Directory.Exists($"/proc/{(await File.ReadAllTextAsync(pidFile)).Trim()}"));
        }
        finally
        {
            await File.AppendAllTextAsync(apache.ConfigFile, $"\nPidFile \"{pidFile}\"\n");
            await StopDaemonAsync(apache);
        }
    }

    [Fact]
    public async Task A_full_restart_without_a_running_process_is_refused_before_anything_is_written()
    {
        const string Old = "MaxRequestWorkers 160\n";
        var (config, file) = Included(Old);
        var (control, called) = Control();
        var (code, text, _) = await TuneAsync("--apache2", ApacheServer.Binary, "--config", config, "--apply", file, "--restart", "full", "--apachectl", control);

        Assert.Equal(1, code);
        Assert.Contains("httpd.pid names no running process", text, StringComparison.Ordinal);
        Assert.Equal(Old, await File.ReadAllTextAsync(file));
        Assert.False(File.Exists(called));
    }

    [Fact]
    public async Task A_graceful_restart_is_refused_when_Apache_would_keep_its_old_ServerLimit()
    {
        const string Old = "ServerLimit 16\nMaxRequestWorkers 160\n";
        var (config, file) = Included(Old);
        var (control, called) = Control();
        string[] apply = ["--apache2", ApacheServer.Binary, "--config", config, "--max-request-workers", "800", "--server-limit", "40", "--ram", "16G", "--cores", "2", "--apply", file];
        var (refused, text, _) = await TuneAsync([.. apply, "--restart", "graceful", "--apachectl", control]);

        Assert.Equal(1, refused);
        Assert.Matches("--restart graceful is not enough, ServerLimit changes from 16 to [0-9]+.*; use --restart full", text);
        Assert.Equal(Old, await File.ReadAllTextAsync(file));
        Assert.False(File.Exists(called));

        await TuneAsync(apply);
        var (code, _, _) = await TuneAsync([.. apply, "--restart", "graceful", "--apachectl", control]);
        Assert.Equal(0, code);
        Assert.Equal("graceful\n", await File.ReadAllTextAsync(called));
    }

    [Fact]
    public async Task A_start_that_fails_puts_the_file_back_and_starts_Apache_with_it()
    {
        const string Old = "ServerLimit 16\nMaxRequestWorkers 160\n";
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = "IncludeOptional mpm_event.conf" });
        var file = Path.Combine(apache.Root, "mpm_event.conf");
        await File.WriteAllTextAsync(file, Old);
        var control = Path.Combine(apache.Root, "control");
        ScriptFile.Write(control, $"[ \"$1\" = start ] && grep -q IfModule '{file}' && exit 3\nexec {ApacheServer.Binary} -f '{apache.ConfigFile}' -k \"$1\"");
        try
        {
            var (code, text, errors) = await TuneAsync("--apache2", ApacheServer.Binary, "--config", apache.ConfigFile, "--max-request-workers", "800", "--server-limit", "40", "--apply", file, "--restart", "full", "--apachectl", control);

            Assert.True(code == 1, text + errors);
            Assert.Contains("is as it was, and Apache runs with it", text, StringComparison.Ordinal);
            Assert.Equal(Old, await File.ReadAllTextAsync(file));
            using var http = new HttpClient();
            await AnswerAsync(http, apache.Url + "/");
        }
        finally
        {
            await StopDaemonAsync(apache);
        }
    }

    [Fact]
    public async Task Apply_leaves_every_byte_that_is_not_its_own_as_it_was()
    {
        byte[] old = [.. "# caf"u8, 0xE9, .. " \u00FC\nMaxRequestWorkers 160\n"u8];
        var (config, file) = Included("");
        await File.WriteAllBytesAsync(file, old);
        string[] apply = ["--apache2", ApacheServer.Binary, "--config", config, "--mpm", "event", "--apply", file];
        await File.AppendAllTextAsync(config, "\nNoSuchDirective on\n");
        var (refused, _, _) = await TuneAsync(apply);
        Assert.Equal(1, refused);
        Assert.Equal(old, await File.ReadAllBytesAsync(file));

        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config)).Replace("NoSuchDirective on", "", StringComparison.Ordinal));
        var (code, shown, _) = await TuneAsync(apply);
        Assert.Equal(0, code);
        Assert.Contains(" \u00FC", shown, StringComparison.Ordinal);
        Assert.Equal(old[..9], (await File.ReadAllBytesAsync(file))[..9]);
    }

    private static string PidFile(ApacheServer apache) =>
        Path.Combine(apache.Root, File.ReadLines(apache.ConfigFile).First(l => l.StartsWith("PidFile", StringComparison.Ordinal)).Split(' ')[1].Trim('"'));

    private static string Number(Random random) => random.Next(8) switch
    {
        0 => random.Next(-3, 2).ToString(),
        1 => random.Next(0, 400_000).ToString(),
        2 => random.Next(1, 90) + "x",
        _ => random.Next(1, 700).ToString(),
    };

    private static async Task<(int Code, string Output, string Errors)> TuneAsync(params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await WeirCommand.Create().Parse(["tune", .. arguments]).InvokeAsync(new InvocationConfiguration { Output = output, Error = errors });
        return (code, output.ToString(), errors.ToString());
    }

    private static string[] Backups(string file) => Directory.GetFiles(Path.GetDirectoryName(file)!, Path.GetFileName(file) + ".*.bak");

    private static async Task<string> AnswerAsync(HttpClient http, string url)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await http.GetStringAsync(url);
            }
            catch (HttpRequestException) when (attempt < 100)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>The restarted Apache is no child of the test: it is stopped through its own configuration and waited for.</summary>
    private static async Task StopDaemonAsync(ApacheServer apache)
    {
        var file = (await LocalApache.ReadAsync(ApacheServer.Binary, apache.ConfigFile)).Config.Last("PidFile")!.Arguments[0];
        var path = Path.Combine(apache.Root, file);
        if (!File.Exists(path))
            return;
        var pid = (await File.ReadAllTextAsync(path)).Trim();
        await new ApacheBinary(ApacheServer.Binary, apache.ConfigFile).ControlAsync("stop");
        for (var attempt = 0; attempt < 200 && Directory.Exists($"/proc/{pid}"); attempt++)
            await Task.Delay(25);
    }

    private async Task CompareAsync(Mpm mpm, string directives)
    {
        var settings = Farm.Readers.Config.MpmSettingsReader.Read(Farm.Readers.Config.ApacheConfigReader.Read(_check.Write(mpm, directives)), mpm);
        var model = EffectiveLimits.Compute(settings);
        var (lines, starts) = await _check.RunAsync(mpm, directives);

        Assert.Equal(starts, model.Starts);
        // After its first syntax error Apache says no more.
        Assert.Equal(lines, model.Starts ? model.Messages.Select(m => m.ToString()) : model.Messages.Where(m => m.IsFatal).Select(m => m.ToString()).Take(1));
        if (!starts)
            return;

        // What Apache computed is what it takes without a word when it is written out.
        var (silent, _) = await _check.RunAsync(mpm, MpmConf.Write(model.ToSettings()));
        Assert.Empty(silent);
    }

    private static async Task<(IReadOnlyList<string> Lines, bool Starts)> RecheckAsync(string config)
    {
        var answer = await new ApacheBinary(ApacheServer.Binary, config).CheckAsync();
        return ([.. answer.Errors.Split('\n').Where(l => l.StartsWith("AH", StringComparison.Ordinal))], answer.ExitCode == 0);
    }

    /// <summary>A restart script that only notes the verbs it is called with.</summary>
    private (string Script, string Called) Control()
    {
        var (script, called) = (_check.File("control"), _check.File("called"));
        ScriptFile.Write(script, $"echo \"$1\" >>'{called}'");
        return (script, called);
    }

    private (string Config, string File) Included(string text)
    {
        var file = _check.File("mpm_event.conf");
        File.WriteAllText(file, text);
        return (_check.Write(Mpm.Event, "Include mpm_event.conf"), file);
    }
}
