using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Stores;
using Weir.Policies.Tests.Caching.Entries;

namespace Weir.Policies.Tests.Caching.Stores;

/// <summary>Of a store whose entries are bytes somewhere, which may be damaged, old, or another's.</summary>
public abstract class StoredBytesConformance : CacheStoreConformance
{
    /// <summary>Puts bytes where the store looks for an entry of that key; something has been stored under it before.</summary>
    private protected abstract Task PutBytesAsync(ICacheStore store, CacheKey key, byte[] bytes);

    /// <summary>Misses counted so far for what was found: damaged, of another version, or of another text.</summary>
    private protected abstract long Unreadable { get; }

    [Fact]
    public async Task Damaged_bytes_are_a_miss_that_is_counted()
    {
        var store = await StoreAsync();
        var sound = EntryCodec.Encode(Samples.Full("k", Samples.Noise(3000)))!.Value.ToArray();
        byte[][] damaged =
        [
            [], [0], Samples.Noise(500), sound[..20], sound[..^1], [.. sound, 1],
            Changed(sound, 10), Changed(sound, 60), Changed(sound, sound.Length - 1500), Changed(sound, sound.Length - 1),
        ];

        foreach (var bytes in damaged)
        {
            var before = Unreadable;
            await PutAsync(store, "k", Samples.Page("k"));
            await PutBytesAsync(store, Samples.Key("k"), bytes);
            Assert.Null(await FindAsync(store, "k"));
            Assert.Equal(before + 1, Unreadable);
        }

        await PutBytesAsync(store, Samples.Key("k"), sound);
        await AssertFoundAsync(store, Samples.Full("k", Samples.Noise(3000)));
    }

    [Fact]
    public async Task An_entry_of_another_version_is_a_miss_and_is_replaced()
    {
        var store = await StoreAsync();
        var old = EntryCodec.Encode(Samples.Page("k"))!.Value.ToArray();
        old[4]++;
        await PutAsync(store, "k", Samples.Page("k"));
        await PutBytesAsync(store, Samples.Key("k"), old);

        Assert.Null(await FindAsync(store, "k"));
        Assert.Equal(1, Unreadable);

        await PutAsync(store, "k", Samples.Page("k"));
        await AssertFoundAsync(store, Samples.Page("k"));
    }

    private static byte[] Changed(byte[] bytes, int at)
    {
        var changed = (byte[])bytes.Clone();
        changed[at] ^= 0x40;
        return changed;
    }
}
