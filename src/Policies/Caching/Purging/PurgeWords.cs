using Weir.Policies.Caching.Admin;

namespace Weir.Policies.Caching.Purging;

/// <summary>Kinds as words: in files, messages and tags of metrics.</summary>
internal static class PurgeWords
{
    public static string Of(PurgeKind kind) => kind switch
    {
        PurgeKind.Url => "url",
        PurgeKind.Prefix => "prefix",
        PurgeKind.Tag => "tag",
        _ => "all",
    };

    public static bool TryKind(string word, out PurgeKind kind)
    {
        kind = word switch
        {
            "url" => PurgeKind.Url,
            "prefix" => PurgeKind.Prefix,
            "tag" => PurgeKind.Tag,
            _ => PurgeKind.All,
        };
        return Of(kind) == word;
    }
}
