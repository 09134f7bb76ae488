using System.Net;
using System.Security.Cryptography.X509Certificates;
using Yarp.ReverseProxy.Configuration;

// YARP as its documentation sets it up, to compare with: <origin> <port> [<TLS port> <certificate> <key>].
var builder = WebApplication.CreateBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.Listen(IPAddress.Loopback, int.Parse(args[1]));
    if (args.Length > 2)
        kestrel.Listen(IPAddress.Loopback, int.Parse(args[2]), listener => listener.UseHttps(X509Certificate2.CreateFromPemFile(args[3], args[4])));
});
builder.Services.AddReverseProxy().LoadFromMemory(
    [new RouteConfig { RouteId = "all", ClusterId = "farm", Match = new RouteMatch { Path = "/{**rest}" } }],
    [new ClusterConfig { ClusterId = "farm", Destinations = new Dictionary<string, DestinationConfig> { ["origin"] = new() { Address = args[0] } } }]);
var app = builder.Build();
app.MapReverseProxy();
await app.RunAsync();
