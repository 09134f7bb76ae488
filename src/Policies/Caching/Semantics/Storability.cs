using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Semantics;

/// <summary>Whether an answer may be stored (RFC 9111 section 3), and for how long it is of use.</summary>
internal static class Storability
{
    /// <param name="fields">The head as received.</param>
    /// <param name="requestedAt">When the request was sent, ms since 1970.</param>
    /// <param name="receivedAt">When the head came.</param>
    public static JudgedAnswer Judge(
        in RequestFacts request, int status, IReadOnlyList<FieldLine> fields, long requestedAt, long receivedAt, SemanticRules rules)
    {
        var control = TargetedCacheControl.Choose(fields, rules.TargetedFields);
        var freshness = Freshness.Of(status, fields, control, requestedAt, receivedAt, rules);
        ByteRange? range = null;
        var partial = status == StatusCodes.PartialContent;
        if (partial && request.Ranged && ContentRange.TryParse(FieldText.Single(fields, "Content-Range"), out var part) && Agrees(fields, part))
        {
            range = part;
        }

        IReadOnlyList<string> vary = [];
        var reason = OfRequest(request, status, fields, freshness, rules);
        reason = reason == StorageReason.Stored ? OfControl(request, status, control) : reason;
        if (reason == StorageReason.Stored)
        {
            reason = partial && range is null ? StorageReason.Range
                : !VaryRule.TryParse(fields, rules, out vary) ? StorageReason.Vary
                : OfUse(fields, control, freshness, receivedAt, rules);
        }

        return new(status, fields, requestedAt, receivedAt) { Reason = reason, Freshness = freshness, Control = control, Vary = vary, Range = range };
    }

    /// <summary>How long a store should keep an entry: while it is fresh, may be served stale, or can be validated.</summary>
    /// <returns>More than zero.</returns>
    public static TimeSpan KeepFor(CachedResponse entry, long now, SemanticRules rules)
    {
        var (tag, modified) = Preconditions.Validators(entry);
        var stale = Math.Max(entry.StaleWhileRevalidate, entry.StaleIfError) + (tag is null && modified is null ? 0 : rules.KeepForValidation);
        return TimeSpan.FromMilliseconds(Math.Max(1, Math.Max(0, entry.FreshFor - entry.AgeAt(now)) + stale));
    }

    private static StorageReason OfRequest(
        in RequestFacts request, int status, IReadOnlyList<FieldLine> fields, in Freshness freshness, SemanticRules rules)
    {
        if (!StatusCodes.Final(status))
        {
            return StorageReason.Interim;
        }

        if (StatusCodes.OfOneRequest(status))
        {
            return StorageReason.OfOneRequest;
        }

        if (!request.IsGet && !(request.Method is "POST" && rules.StorePost && SpeaksForGet(request, status, fields, freshness)))
        {
            return StorageReason.Method;
        }

        return request.Control.Has(CacheDirectives.NoStore) ? StorageReason.RequestNoStore : StorageReason.Stored;
    }

    private static StorageReason OfControl(in RequestFacts request, int status, in ResponseControl control)
    {
        if (control.Control.Has(CacheDirectives.MustUnderstand) && !StatusCodes.Understood(status))
        {
            return StorageReason.NotUnderstood;
        }

        if (control.ForbidsStoring(status))
        {
            return StorageReason.NoStore;
        }

        if (control.Control.Has(CacheDirectives.Private))
        {
            return StorageReason.Private;
        }

        return request.Authorized && !control.AllowsAuthorized ? StorageReason.Authorization : StorageReason.Stored;
    }

    private static StorageReason OfUse(
        IReadOnlyList<FieldLine> fields, in ResponseControl control, in Freshness freshness, long receivedAt, SemanticRules rules)
    {
        // A cookie is one client's: it is handed on only where the origin says for how long, as RFC 9111 section 7.3 wants it said.
        if (FieldText.Has(fields, "Set-Cookie") && (rules.RefuseSetCookie || !freshness.Explicit || freshness.FreshFor == 0)
            && FieldText.Has(StoredFields.Of(fields, control.Control), "Set-Cookie"))
        {
            return StorageReason.SetCookie;
        }

        if (freshness.FreshFor > freshness.InitialAge || freshness.StaleWhileRevalidate > 0
            || (control.Control.StaleIfError > 0 && freshness.StaleIfError > 0))
        {
            return StorageReason.Stored;
        }

        var (tag, modified) = Preconditions.Validators(fields, receivedAt);
        return tag is null && modified is null ? StorageReason.NoFreshness : StorageReason.Stored;
    }

    /// <summary>An answer to POST that is what a GET of the same URL would bring (RFC 9110 section 9.3.3).</summary>
    private static bool SpeaksForGet(in RequestFacts request, int status, IReadOnlyList<FieldLine> fields, in Freshness freshness) =>
        status == 200 && freshness.Explicit && freshness.FreshFor > 0
        && FieldText.Single(fields, "Content-Location") is { } location
        && SameOrigin.Target(request, location) == request.Target;

    // A length beside a range must be the range's.
    private static bool Agrees(IReadOnlyList<FieldLine> fields, in ByteRange range) =>
        FieldText.First(fields, "Content-Length") is not { } length
        || (ContentRange.TryNumber(length, out var bytes) && bytes == range.Last - range.First + 1);
}
