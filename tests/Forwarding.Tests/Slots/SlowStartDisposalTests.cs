using Microsoft.Extensions.DependencyInjection;
using Weir.Forwarding.Slots;
using Weir.Support;

namespace Weir.Forwarding.Tests.Slots;

public sealed class SlowStartDisposalTests
{
    [Fact]
    public void A_step_of_a_slow_start_while_the_container_is_disposed_is_no_error()
    {
        var clock = new FakeTimeProvider();
        var services = new ServiceCollection().AddOptions().AddSingleton<TimeProvider>(clock).AddForwarding().AddSingleton<Later>().BuildServiceProvider();
        services.GetRequiredService<SlowStart>().Begin(services.GetRequiredService<ServerDirectory>().GetOrAdd("http://127.0.0.1:7"));
        var later = services.GetRequiredService<Later>();

        services.Dispose();

        Assert.True(later.HasStepped);
    }

    /// <summary>Made after the slow start, so disposed before it: time goes on in between.</summary>
    private sealed class Later(TimeProvider clock) : IDisposable
    {
        public bool HasStepped { get; private set; }

        public void Dispose()
        {
            ((FakeTimeProvider)clock).Advance(TimeSpan.FromMilliseconds(200));
            HasStepped = true;
        }
    }
}
