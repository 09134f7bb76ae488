using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Weir.Forwarding.Buffering;
using Weir.Forwarding.Tests.Admission;

namespace Weir.Forwarding.Tests.Buffering;

public sealed class UploadAllocationTests
{
    [Fact]
    public async Task A_short_body_that_came_with_its_head_is_collected_without_allocating()
    {
        using var farm = new Farm(servers: 1, limit: 1);
        using var bench = new SpoolBench();
        var request = new ReusedContext(farm.Cluster) { CanHaveBody = true };
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(SpoolBench.Bytes(2000));
        await pipe.Writer.CompleteAsync();
        request.Context.Features.Set<IRequestBodyPipeFeature>(new Body(pipe.Reader));
        request.Context.Request.ContentLength = 2000;
        var held = 0L;
        var collector = new UploadCollector(
            context =>
            {
                held = context.Features.Get<ICollectedBody>() is { IsInReader: true, Length: 2000 } ? bench.MemoryBytes : -1;
                return Task.CompletedTask;
            },
            bench.Services.GetRequiredService<BufferingRulesSource>(), bench.Spools, bench.Budget, bench.Services.GetRequiredService<BufferingMetrics>());
        var failed = 0;
        void One()
        {
            failed += collector.InvokeAsync(request.Context).IsCompletedSuccessfully && held == 2000 ? 0 : 1;
            request.End();
        }

        for (var i = 0; i < 1000; i++)
            One();
        // Listening to the counters is the test's, not the collector's.
        bench.Metrics.Dispose();
        for (var i = 0; i < 1000; i++)
            One();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            One();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, failed);
        bench.AssertNothingHeld();
    }

    [Fact]
    public async Task Requests_whose_body_is_on_its_way_are_counted()
    {
        using var farm = new Farm(servers: 1, limit: 1);
        using var bench = new SpoolBench();
        var request = new ReusedContext(farm.Cluster) { CanHaveBody = true };
        var pipe = new Pipe();
        request.Context.Features.Set<IRequestBodyPipeFeature>(new Body(pipe.Reader));
        var collector = new UploadCollector(
            _ => Task.CompletedTask,
            bench.Services.GetRequiredService<BufferingRulesSource>(), bench.Spools, bench.Budget, bench.Services.GetRequiredService<BufferingMetrics>());
        var collecting = collector.InvokeAsync(request.Context);
        Assert.Equal(1, bench.Metrics["weir.buffering.collecting"]);
        await pipe.Writer.WriteAsync(SpoolBench.Bytes(2000));
        await pipe.Writer.CompleteAsync();
        await collecting.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(0, bench.Metrics["weir.buffering.collecting"]);
        Assert.True(bench.Metrics["weir.buffering.memory kind=upload"] >= 2000);
        request.End();
        bench.AssertNothingHeld();
    }

    private sealed record Body(PipeReader Reader) : IRequestBodyPipeFeature;
}
