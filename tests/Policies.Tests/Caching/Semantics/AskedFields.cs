using Microsoft.Extensions.Primitives;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Tests.Caching.Semantics;

/// <summary>A request's head, for choosing variants.</summary>
internal sealed class AskedFields(params (string Name, string Value)[] lines) : IRequestFields
{
    public StringValues Lines(string name) =>
        new([.. lines.Where(line => string.Equals(line.Name, name, StringComparison.OrdinalIgnoreCase)).Select(line => line.Value)]);
}
