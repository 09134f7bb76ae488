using System.Diagnostics.CodeAnalysis;

namespace Weir.Gateway.Telemetry;

/// <summary>The tags of one series in the order in which a caller gave them.</summary>
internal sealed class TagSet(KeyValuePair<string, object?>[] tags)
{
    public ReadOnlySpan<KeyValuePair<string, object?>> Tags => tags;
}

/// <summary>Compares a caller's tags with stored ones without copying them.</summary>
internal sealed class TagSetComparer
    : IEqualityComparer<TagSet>, IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, TagSet>
{
    public static TagSetComparer Instance { get; } = new();

    public bool Equals(TagSet? x, TagSet? y) => x is null ? y is null : y is not null && Equals(x.Tags, y);

    public int GetHashCode([DisallowNull] TagSet obj) => GetHashCode(obj.Tags);

    public TagSet Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => new(alternate.ToArray());

    public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, TagSet other)
    {
        var tags = other.Tags;
        if (tags.Length != alternate.Length)
            return false;
        for (var i = 0; i < tags.Length; i++)
        {
            if (tags[i].Key != alternate[i].Key || !Equals(tags[i].Value, alternate[i].Value))
                return false;
        }

        return true;
    }

    public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
    {
        var hash = alternate.Length;
        foreach (var (key, value) in alternate)
            hash = HashCode.Combine(hash, key, value);
        return hash;
    }
}
