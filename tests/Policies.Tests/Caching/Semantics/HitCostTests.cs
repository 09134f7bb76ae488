using Weir.Policies.Caching.Semantics;
using static Weir.Policies.Tests.Caching.Semantics.Heads;

namespace Weir.Policies.Tests.Caching.Semantics;

public sealed class HitCostTests
{
    [Fact]
    public void A_hit_is_decided_without_memory()
    {
        var stored = Stored(
            200, "x", "Date: " + Date(), "Cache-Control: max-age=60", "ETag: \"a\"", "Last-Modified: " + Date(Now - Hour), "Vary: Accept-Encoding", "Content-Type: text/html");

        // The first rounds are the compiler's.
        Assert.Equal(0, Enumerable.Range(0, 20).Min(_ => Spent(stored)));
    }

    private static long Spent(Weir.Policies.Caching.Entries.CachedResponse stored)
    {
        var request = Request();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            var control = RequestFacts.Directives("no-cache", "no-cache", SemanticRules.Default);
            _ = Reuse.Decide(stored, control, Now + i);
            Preconditions.NotModified(stored, request, "\"b\", W/\"a\"", default, Now);
            Preconditions.NotModified(stored, request, default, "Sun, 06 Nov 1994 08:49:37 GMT", Now);
            _ = Part.Of(stored, request, "bytes=0-", default, Now);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
