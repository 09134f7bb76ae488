using System.Diagnostics;
using System.Net;
using Weir.Policies.Contracts;

namespace Weir.Policies.Tests.State;

internal static class Waiting
{
    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(60); await Task.Delay(10))
        {
            if (await condition())
                return;
        }

        Assert.Fail($"Not within 60 s: {what}");
    }

    public static Ban Ban(string network, TimeSpan? ago = null, TimeSpan? until = null, bool forever = false, BanOrigin origin = BanOrigin.Jail, bool direct = true)
    {
        var now = DateTimeOffset.UtcNow;
        return new Ban(IPNetwork.Parse(network), "jail", "a reason", now - (ago ?? TimeSpan.Zero), forever ? null : now + (until ?? TimeSpan.FromHours(1)), 2, origin, direct);
    }
}
