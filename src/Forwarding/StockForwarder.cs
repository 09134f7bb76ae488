using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding;

/// <summary>YARP's own forwarder. Its type is internal and its registration gives way to ours, so it comes from a container of its own.</summary>
internal sealed class StockForwarder : IDisposable
{
    private readonly ServiceProvider _services;

    public StockForwarder()
    {
        // It would log a stack trace for each failed attempt, also for those that are tried again: SlotForwarder says what matters.
        _services = new ServiceCollection().AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddLogging().AddHttpForwarder().BuildServiceProvider();
        Forwarder = _services.GetRequiredService<IHttpForwarder>();
    }

    public IHttpForwarder Forwarder { get; }

    public void Dispose() => _services.Dispose();
}
