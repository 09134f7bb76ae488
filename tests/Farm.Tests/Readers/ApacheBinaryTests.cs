using System.Diagnostics;
using System.Globalization;
using Weir.Farm.Readers;
using Weir.Support;

namespace Weir.Farm.Tests.Readers;

public sealed class ApacheBinaryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_start_does_not_wait_for_loggers_that_inherit_its_output()
    {
        var pid = Path.Combine(_folder.Path, "pid");
        var binary = Script($"echo said; echo complained >&2\nsleep 30 &\necho $! >'{pid}'");
        var began = Stopwatch.GetTimestamp();
        try
        {
            var answer = await binary.ControlAsync("start", TestContext.Current.CancellationToken);

            Assert.Equal(new ApacheAnswer(0, "said\n", "complained\n"), answer);
            Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        }
        finally
        {
            using var logger = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(pid), CultureInfo.InvariantCulture));
            logger.Kill();
        }
    }

    [Fact]
    public async Task All_of_a_long_answer_is_there()
    {
        var answer = await Script("seq 100000; seq 100000 >&2; exit 3").CheckAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3, answer.ExitCode);
        Assert.EndsWith("\n99999\n100000\n", answer.Output, StringComparison.Ordinal);
        Assert.Equal(answer.Output, answer.Errors);
    }

    [Fact]
    public async Task A_command_that_hangs_is_ended_after_its_time()
    {
        var binary = Script("exec sleep 30", TimeSpan.FromMilliseconds(200));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => binary.CheckAsync(TestContext.Current.CancellationToken));

        Assert.Contains("-t did not end within", error.Message, StringComparison.Ordinal);
    }

    private ApacheBinary Script(string body, TimeSpan? timeout = null)
    {
        var path = Path.Combine(_folder.Path, "httpd");
        ScriptFile.Write(path, body);
        return new ApacheBinary(path) { Timeout = timeout ?? TimeSpan.FromSeconds(20) };
    }
}
