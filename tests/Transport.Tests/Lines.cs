using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Weir.Transport.Server;

namespace Weir.Transport.Tests;

/// <summary>Keeps what the listeners log.</summary>
internal sealed class Lines : ILogger<EpollListenerFactory>
{
    public ConcurrentQueue<(LogLevel Level, int Id, Exception? Error)> All { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        All.Enqueue((logLevel, eventId.Id, exception));
}
