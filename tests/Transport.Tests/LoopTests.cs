using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Support;
using Weir.Transport.Loops;
using Weir.Transport.Native;

namespace Weir.Transport.Tests;

public sealed class LoopTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _time = new();
    private readonly EventLoops _loops;

    public LoopTests() => _loops = new EventLoops(
        new TransportSettings(Loops: 2), new TransportMetrics(_services.GetRequiredService<IMeterFactory>()), _time, NullLogger<EventLoops>.Instance);

    public void Dispose()
    {
        _loops.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Posted_work_runs_on_the_loop_in_order()
    {
        var order = new List<int>();
        var done = new TaskCompletionSource<EventLoop?>();
        for (var i = 0; i < 1000; i++)
            _loops[1].Post(state => order.Add((int)state!), i);
        _loops[1].Post(_ => done.SetResult(EventLoop.Current), null);

        Assert.Same(_loops[1], await done.Task.WaitAsync(Wire.Patience));
        Assert.Equal(Enumerable.Range(0, 1000), order);
        await Task.Yield();
        Assert.Null(EventLoop.Current);
    }

    [Fact]
    public async Task Work_that_throws_does_not_end_the_loop()
    {
        var done = new TaskCompletionSource();
        _loops[0].Post(_ => throw new InvalidOperationException("A bug."), null);
        _loops[0].Post(_ => done.SetResult(), null);

        await done.Task.WaitAsync(Wire.Patience);
    }

    [Fact]
    public async Task Work_for_a_stopped_loop_still_runs()
    {
        _loops.Dispose();
        var done = new TaskCompletionSource<EventLoop?>();

        _loops[0].Post(_ => done.SetResult(EventLoop.Current), null);

        Assert.Null(await done.Task.WaitAsync(Wire.Patience));
    }

    [Fact]
    public async Task Blocking_code_finds_out_that_it_is_on_a_loop()
    {
        EventLoop.ThrowIfOnLoopAlways();
        var thrown = new TaskCompletionSource<Exception?>();

        _loops[0].Post(_ => thrown.SetResult(Record.Exception(EventLoop.ThrowIfOnLoopAlways)), null);

        Assert.IsType<InvalidOperationException>(await thrown.Task.WaitAsync(Wire.Patience));
    }

    [Fact]
    public async Task A_callback_that_holds_the_loop_counts_as_one_stall()
    {
        long stalls = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Name == "weir.transport.stalls" && instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>())
                it.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref stalls, count));
        listener.Start();
        using var release = new ManualResetEventSlim();
        var inside = new TaskCompletionSource();
        var outside = new TaskCompletionSource();
        _loops[0].Post(
            _ =>
            {
                inside.SetResult();
                release.Wait();
            },
            null);
        await inside.Task.WaitAsync(Wire.Patience);

        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(0, Interlocked.Read(ref stalls));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, Interlocked.Read(ref stalls));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, Interlocked.Read(ref stalls));

        release.Set();
        _loops[0].Post(_ => outside.SetResult(), null);
        await outside.Task.WaitAsync(Wire.Patience);
        await Wire.UntilAsync(() => (_loops[0].Callbacks & 1) == 0, "the loop rests");
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, Interlocked.Read(ref stalls));
    }

    [Fact]
    public void An_event_of_an_earlier_use_of_the_descriptor_goes_nowhere()
    {
        var loop = _loops[0];
        var descriptor = Libc.EventDescriptor(0, SocketNumbers.NonBlocking);
        var first = new Probe(loop, descriptor);
        loop.Register(first, Epoll.EdgeTriggered);
        var stale = EventLoop.Pack(descriptor, first.Generation);
        loop.Deliver(stale, Epoll.In);
        Assert.Equal(1, first.Events);
        loop.Unregister(first);
        loop.Deliver(stale, Epoll.In);

        var second = new Probe(loop, descriptor);
        loop.Register(second, Epoll.EdgeTriggered);
        loop.Deliver(stale, Epoll.In);

        Assert.Equal(1, first.Events);
        Assert.Equal(0, second.Events);
        loop.Deliver(EventLoop.Pack(descriptor, second.Generation), Epoll.In);
        Assert.Equal(1, second.Events);
        loop.Forget(second);
        _ = Libc.Close(descriptor);
    }

    [Fact]
    public void A_handle_that_was_never_registered_is_forgotten_without_a_fault()
    {
        var loop = _loops[0];
        var stranger = new Probe(loop, 1_000_000);

        loop.Forget(stranger);
        loop.Unregister(stranger);

        Assert.Equal(0, stranger.Events);
    }

    private sealed class Probe(EventLoop loop, int descriptor) : LoopHandle(loop, descriptor)
    {
        public int Events { get; private set; }

        internal override void OnEvents(uint events) => Events++;

        internal override void Abandon()
        {
        }
    }
}
