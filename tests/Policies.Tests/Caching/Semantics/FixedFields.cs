using Microsoft.Extensions.Primitives;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Tests.Caching.Semantics;

/// <summary>Two lines that cost no memory to read.</summary>
internal readonly struct FixedFields(string encoding, string language) : IRequestFields
{
    public StringValues Lines(string name) => name is "accept-encoding" ? encoding : language;
}
