namespace Weir.Policies.Caching.Semantics;

/// <summary>
/// What a Cache-Control field says, of a request or a response. Spans are seconds; <see cref="DeltaSeconds.None"/> where there is
/// none. Where a text is malformed, what restricts still counts, and what allows does not.
/// </summary>
internal sealed class CacheControl
{
    /// <summary>No field.</summary>
    public static CacheControl Empty { get; } = new();

    public CacheDirectives Directives { get; private set; }

    /// <summary>0 also for one that is there but is no number.</summary>
    public long MaxAge { get; private set; } = DeltaSeconds.None;

    /// <summary>0 also for one that is there but is no number.</summary>
    public long SharedMaxAge { get; private set; } = DeltaSeconds.None;

    public long StaleWhileRevalidate { get; private set; } = DeltaSeconds.None;

    public long StaleIfError { get; private set; } = DeltaSeconds.None;

    public long MinFresh { get; private set; } = DeltaSeconds.None;

    /// <summary><see cref="DeltaSeconds.Max"/> for one without a value: any staleness.</summary>
    public long MaxStale { get; private set; } = DeltaSeconds.None;

    /// <summary>Lower-case names of <c>no-cache="..."</c>.</summary>
    public IReadOnlyList<string> NoCacheFields { get; private set; } = [];

    /// <summary>Lower-case names of <c>private="..."</c>.</summary>
    public IReadOnlyList<string> PrivateFields { get; private set; } = [];

    public bool Has(CacheDirectives any) => (Directives & any) != CacheDirectives.None;

    /// <param name="value">All lines of the field, joined by commas; null for none.</param>
    public static CacheControl Parse(string? value)
    {
        if (value is null || !value.AsSpan().ContainsAnyExcept(' ', '\t', ','))
        {
            return Empty;
        }

        var control = new CacheControl();
        var reader = new DirectiveReader(value);
        while (reader.Read())
        {
            control.Take(reader.Name, reader.Form, reader.Argument, reader.OnlyRestrictions);
        }

        return control;
    }

    /// <summary>Takes a member of a targeted field: the last one of a name counts, and one of another type than the directive's does not.</summary>
    internal void TakeMember(ReadOnlySpan<char> name, in StructuredItem item)
    {
        switch (name)
        {
            case "max-age":
                MaxAge = item.Seconds;
                break;
            case "s-maxage":
                SharedMaxAge = item.Seconds;
                break;
            case "stale-while-revalidate":
                StaleWhileRevalidate = item.Seconds;
                break;
            case "stale-if-error":
                StaleIfError = item.Seconds;
                break;
            case "no-cache":
                NoCacheFields = Listed(CacheDirectives.NoCache, item);
                break;
            case "private":
                PrivateFields = Listed(CacheDirectives.Private, item);
                break;
            default:
                var flag = Flag(name);
                var set = item.Kind == StructuredKind.Boolean ? item.Truth : Restricts(flag);
                Directives = set ? Directives | flag : Directives & ~flag;
                break;
        }
    }

    private static CacheDirectives Flag(ReadOnlySpan<char> name) => name switch
    {
        "no-store" => CacheDirectives.NoStore,
        "public" => CacheDirectives.Public,
        "must-revalidate" => CacheDirectives.MustRevalidate,
        "proxy-revalidate" => CacheDirectives.ProxyRevalidate,
        "must-understand" => CacheDirectives.MustUnderstand,
        "no-transform" => CacheDirectives.NoTransform,
        "immutable" => CacheDirectives.Immutable,
        "only-if-cached" => CacheDirectives.OnlyIfCached,
        _ => CacheDirectives.None,
    };

    // must-understand lifts a no-store beside it, so a malformed one does not count.
    private static bool Restricts(CacheDirectives flag) =>
        flag is not (CacheDirectives.Public or CacheDirectives.Immutable or CacheDirectives.MustUnderstand);

    private void Take(ReadOnlySpan<char> written, ArgumentForm form, ReadOnlySpan<char> argument, bool onlyRestrictions)
    {
        Span<char> lower = stackalloc char[DirectiveReader.LongestName];
        if (written.Length > lower.Length)
        {
            return;
        }

        ReadOnlySpan<char> name = lower[..written.ToLowerInvariant(lower)];
        switch (name)
        {
            case "no-cache":
                NoCacheFields = Listed(CacheDirectives.NoCache, NoCacheFields, form, argument);
                return;
            case "private":
                PrivateFields = Listed(CacheDirectives.Private, PrivateFields, form, argument);
                return;
        }

        var flag = Flag(name);
        if (Restricts(flag))
        {
            Directives |= flag;
        }
        else if (form == ArgumentForm.None && !onlyRestrictions)
        {
            Directives |= flag;
        }

        if (onlyRestrictions && name is "max-age" && MaxAge == DeltaSeconds.None)
        {
            MaxAge = 0;
        }

        if (onlyRestrictions || form == ArgumentForm.Spaced)
        {
            return;
        }

        var seconds = form == ArgumentForm.Text ? DeltaSeconds.Parse(argument) : DeltaSeconds.None;
        switch (name)
        {
            case "max-age" when MaxAge == DeltaSeconds.None:
                MaxAge = Math.Max(0, seconds);
                break;
            case "s-maxage" when SharedMaxAge == DeltaSeconds.None:
                SharedMaxAge = Math.Max(0, seconds);
                break;
            case "stale-while-revalidate" when StaleWhileRevalidate == DeltaSeconds.None:
                StaleWhileRevalidate = Math.Max(0, seconds);
                break;
            case "stale-if-error" when StaleIfError == DeltaSeconds.None:
                StaleIfError = Math.Max(0, seconds);
                break;
            case "min-fresh" when MinFresh == DeltaSeconds.None:
                MinFresh = seconds;
                break;
            case "max-stale" when MaxStale == DeltaSeconds.None:
                MaxStale = form == ArgumentForm.None ? DeltaSeconds.Max : Math.Max(0, seconds);
                break;
        }
    }

    // Two lists count together; one without fields, or with what is no list of names, is about everything.
    private IReadOnlyList<string> Listed(CacheDirectives flag, IReadOnlyList<string> before, ArgumentForm form, ReadOnlySpan<char> argument)
    {
        if (form != ArgumentForm.Text || FieldText.Names(argument) is not { Count: > 0 } names)
        {
            Directives |= flag;
            return before;
        }

        return before.Count == 0 ? names : [.. before, .. names];
    }

    private List<string> Listed(CacheDirectives flag, in StructuredItem item)
    {
        var names = item.Kind is StructuredKind.String or StructuredKind.Token ? FieldText.Names(item.Text) : null;
        var bare = item.Kind == StructuredKind.Boolean ? item.Truth : names is not { Count: > 0 };
        Directives = bare ? Directives | flag : Directives & ~flag;
        return bare || names is null ? [] : names;
    }
}
