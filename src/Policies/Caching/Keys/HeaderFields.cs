using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Caching.Semantics;
using Weir.Policies.Contracts;

namespace Weir.Policies.Caching.Keys;

/// <summary>A request's head, and its single cookies under the names of <see cref="CachePolicy.KeyCookie"/>.</summary>
internal readonly struct HeaderFields(IHeaderDictionary headers) : IRequestFields
{
    /// <inheritdoc />
    public StringValues Lines(string name) =>
        name.StartsWith(CachePolicy.KeyCookie, StringComparison.Ordinal) ? Cookie(name[CachePolicy.KeyCookie.Length..]) : headers[name];

    private StringValues Cookie(string name)
    {
        var value = RequestCookie.Find(headers.Cookie, name);
        return value.IsEmpty ? StringValues.Empty : new StringValues(value.ToString());
    }
}
