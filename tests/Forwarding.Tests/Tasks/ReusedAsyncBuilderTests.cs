using System.Runtime.CompilerServices;
using Weir.Forwarding.Tasks;

namespace Weir.Forwarding.Tests.Tasks;

public sealed class ReusedAsyncBuilderTests
{
    private static readonly AsyncLocal<string?> Local = new();

    [Theory]
    [InlineData(null)]
    [InlineData("the caller's")]
    public async Task What_the_method_sets_before_its_first_await_does_not_reach_its_caller(string? before)
    {
        Local.Value = before;
        var go = new TaskCompletionSource();

        var task = SetAsync("the method's", go.Task);

        Assert.Equal(before, Local.Value);
        go.SetResult();
        Assert.Equal("the method's", await task);
        Assert.Equal(before, Local.Value);
    }

    [AsyncMethodBuilder(typeof(ReusedAsyncBuilder<>))]
    private static async ValueTask<string?> SetAsync(string value, Task go)
    {
        Local.Value = value;
        var seen = Local.Value;
        await go;
        return seen;
    }
}
