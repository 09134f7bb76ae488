using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weir.Gateway.Listeners;

namespace Weir.Gateway.Tests.Listeners;

public sealed class TransportAnnouncementTests
{
    [Theory]
    [InlineData(TransportKind.Epoll, true, 10, "Information Transport: epoll, 2 event loops.")]
    [InlineData(TransportKind.Sockets, true, 0, "Information Transport: sockets.")]
    [InlineData(TransportKind.Epoll, false, 0, "Warning Weir:Transport asks for Epoll, which needs 64-bit Linux; the stock transport is used.", "Information Transport: sockets.")]
    [InlineData(TransportKind.Sockets, true, 10, "Information Transport: sockets.", "Warning Weir:Transport:MaxConnections is 10, which only Epoll honours; there is no bound now.")]
    public async Task The_start_says_which_transport_is_in_use(TransportKind kind, bool supported, int maxConnections, params string[] expected)
    {
        var lines = new Lines();
        var options = new TransportOptions { Kind = kind, Loops = 2, MaxConnections = maxConnections };

        await new TransportAnnouncement(options, supported, lines).StartAsync(CancellationToken.None);

        Assert.Equal(expected, lines.All);
    }

    [Theory]
    [InlineData("Epoll")]
    [InlineData("Sockets")]
    public async Task Each_transport_is_announced(string kind)
    {
        await using var gateway = GatewayHost.Build(["--contentRoot", AppContext.BaseDirectory, "--urls", "http://127.0.0.1:0", $"--Weir:Transport={kind}"]);

        Assert.Single(gateway.Services.GetServices<IHostedService>().OfType<TransportAnnouncement>());
    }

    private sealed class Lines : ILogger<TransportAnnouncement>
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add($"{logLevel} {formatter(state, exception)}");
    }
}
