using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Weir.Forwarding.Admission;
using Weir.Policies.Throttle;

namespace Weir.Policies.Tests.Throttle;

public sealed class AllocationTests
{
    [Fact]
    public void A_request_that_passes_costs_no_memory()
    {
        using var services = new ServiceCollection().AddLogging().AddThrottle().Configure<ThrottleOptions>(o =>
        {
            (o.Enabled, o.PageCount, o.SiteCount) = (true, 100_000, 100_000);
            o.Allow = ["10.0.0.0/8", "2001:db8::/32"];
            o.Rules = [new() { Name = "all", RequestsPerSecond = 100_000 }];
        }).BuildServiceProvider();
        var throttle = ActivatorUtilities.CreateInstance<ThrottleMiddleware>(services, (RequestDelegate)(_ => Task.CompletedTask));
        var context = new DefaultHttpContext();
        context.Features.Set<IClientKeyFeature>(new Client());
        (context.Request.Method, context.Request.Host, context.Request.Path) = ("GET", new HostString("www.site.test", 8080), "/some/page");
        context.Request.QueryString = new QueryString("?a=b");
        var spent = new List<long>(300);
        for (var i = 0; i < 300; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(throttle.InvokeAsync(context).IsCompletedSuccessfully);
            spent.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(200, context.Response.StatusCode);
        Assert.All(spent.Skip(100), bytes => Assert.Equal(0, bytes));
    }

    private sealed class Client : IClientKeyFeature
    {
        public ulong ClientKey => 7;

        public IPAddress? Address { get; } = IPAddress.Parse("192.0.2.7");
    }
}
