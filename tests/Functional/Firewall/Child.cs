using System.Diagnostics;

namespace Weir.Functional.Firewall;

/// <summary>A process of a test: its lines, and its end with the test.</summary>
internal sealed class Child : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<string> _lines = [];
    private readonly Process _process;

    public Child(string program, params string[] arguments)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Pid => _process.Id;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public async Task UntilAsync(Func<IReadOnlyList<string>, bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition(Lines))
        {
            if (clock.Elapsed > Patience || _process.HasExited)
            {
                await Task.Delay(100);
                if (condition(Lines))
                    return;
                throw new TimeoutException($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} did not get there:\n{string.Join('\n', Lines)}");
            }

            await Task.Delay(20);
        }
    }

    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Waits for the first line or the end.</summary>
    public async Task ExitOrConnectAsync()
    {
        var clock = Stopwatch.StartNew();
        while (Lines.Count == 0 && clock.Elapsed < Patience)
            await Task.Delay(10);
    }

    /// <summary>A line to its input.</summary>
    public async Task WriteAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public async Task SignalAsync(string name) => await Namespaces.RunAsync("kill", $"-{name}", $"{Pid}");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        lock (_lines)
            _lines.Add(line);
    }
}
