using Microsoft.Extensions.Logging;

namespace Weir.Forwarding.Tests.Buffering;

/// <summary>Keeps what was logged from <paramref name="least"/> on.</summary>
internal sealed class LogOf(LogLevel least = LogLevel.Trace) : ILoggerProvider, ILogger
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        lock (_lines)
            _lines.Add($"{formatter(state, exception)} {exception}".Trim());
    }
}
