using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding;

/// <summary>YARP's own forwarder. Its type is internal and its registration gives way to ours, so it comes from a container of its own.</summary>
internal sealed class StockForwarder : IDisposable
{
    private readonly ServiceProvider _services;

    public StockForwarder(ILoggerFactory loggers)
    {
        _services = new ServiceCollection().AddSingleton(loggers).AddLogging().AddHttpForwarder().BuildServiceProvider();
        Forwarder = _services.GetRequiredService<IHttpForwarder>();
    }

    public IHttpForwarder Forwarder { get; }

    public void Dispose() => _services.Dispose();
}
