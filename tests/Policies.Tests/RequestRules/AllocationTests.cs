using Microsoft.AspNetCore.Builder;
using Weir.Policies.RequestRules;
using Weir.Support.Http;

namespace Weir.Policies.Tests.RequestRules;

public sealed class AllocationTests
{
    [Fact]
    public async Task An_ordinary_GET_costs_no_memory()
    {
        var before = 0L;
        var spent = new List<long>(1000);
        await using var server = await RulesServer.StartAsync(app =>
        {
            // Around and behind the rules, all on the thread that the request is on.
            app.Use(next => context =>
            {
                before = GC.GetAllocatedBytesForCurrentThread();
                return next(context);
            });
            app.UseRequestRules();
            app.Run(_ =>
            {
                spent.Add(GC.GetAllocatedBytesForCurrentThread() - before);
                return Task.CompletedTask;
            });
        });
        await using var connection = await RawConnection.OpenAsync(server.EndPoint);
        for (var i = 0; i < 200; i++)
        {
            await connection.SendAsync(HttpCase.Head(
                $"GET /page/{i}?q=a%20b HTTP/1.1", "Host: www.site.test:8080", "User-Agent: Mozilla/5.0", "Accept: */*", "Accept-Encoding: gzip, br",
                "Accept-Language: en", $"Cookie: session={i}", "Referer: http://www.site.test/", "X-Own: 1", "Connection: keep-alive"));
            Assert.NotNull(await connection.ReadAnswerAsync());
        }

        // The first requests of each thread make its table, and the compiler is at work.
        Assert.Equal(200, spent.Count);
        Assert.All(spent.Skip(100), bytes => Assert.Equal(0, bytes));
    }
}
