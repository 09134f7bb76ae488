namespace Weir.Policies.Tests.Caching.Flow;

/// <summary>The machine's clock, moved on by a test.</summary>
internal sealed class SettableClock : TimeProvider
{
    private long _ahead;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

#pragma warning disable RS0030 // The clock of the test itself.
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));
#pragma warning restore RS0030

    public override long GetTimestamp() => base.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref _ahead)).TotalSeconds * TimestampFrequency);
}
