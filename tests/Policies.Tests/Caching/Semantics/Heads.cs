using System.Text;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Tests.Caching.Semantics;

/// <summary>Short ways to write heads, requests and stored answers. Time begins at <see cref="Now"/>.</summary>
internal static class Heads
{
    /// <summary>Sun, 06 Nov 1994 08:49:37 GMT.</summary>
    public const long Now = 784_111_777_000;

    public const long Hour = 3_600_000;

    public static FieldLine[] Of(params string[] lines) => [.. lines.Select(line =>
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return new FieldLine(line[..colon], line[(colon + 1)..].Trim());
    })];

    public static string Date(long at = Now) => HttpDate.Format(at);

    public static RequestFacts Request(
        string method = "GET", string target = "/a", bool authorized = false, bool ranged = false, string? control = null) =>
        new(method, "https", "www.site.test", target, authorized, ranged, CacheControl.Parse(control));

    public static CacheControl Asks(string control) => CacheControl.Parse(control);

    public static JudgedAnswer Judge(RequestFacts request, int status, SemanticRules? rules, params string[] lines) =>
        Storability.Judge(request, status, Of(lines), Now, Now, rules ?? SemanticRules.Default);

    public static JudgedAnswer Judge(int status, params string[] lines) => Judge(Request(), status, null, lines);

    public static CachedResponse Stored(int status, string body, params string[] lines) => Stored(SemanticRules.Default, status, body, lines);

    public static CachedResponse Stored(SemanticRules rules, int status, string body, params string[] lines)
    {
        var judged = Judge(Request(ranged: status == 206), status, rules, lines);
        return judged.ToEntry("key"u8.ToArray(), Body(body), Now, []);
    }

    public static CachedResponse SoftlyPurged(CachedResponse stored, long at) => new()
    {
        KeyText = stored.KeyText,
        StoredAt = stored.StoredAt,
        Status = stored.Status,
        Fields = stored.Fields,
        Body = stored.Body,
        RequestedAt = stored.RequestedAt,
        ReceivedAt = stored.ReceivedAt,
        InitialAge = stored.InitialAge,
        FreshFor = stored.FreshFor,
        StaleWhileRevalidate = stored.StaleWhileRevalidate,
        StaleIfError = stored.StaleIfError,
        MustRevalidate = stored.MustRevalidate,
        NoCache = stored.NoCache,
        SoftPurgedAt = at,
    };

    public static string Line(CachedResponse stored, string name) => FieldText.Joined(stored.Fields, name) ?? "-";

    public static string Fields(IEnumerable<FieldLine> fields) => string.Join(" | ", fields.Select(f => f.Name + ": " + f.Value));

    private static MemoryBody Body(string text) => text.Length == 0 ? MemoryBody.Empty : new MemoryBody([Encoding.UTF8.GetBytes(text)]);
}
