using Microsoft.Extensions.Primitives;

namespace Weir.Policies.Caching.Semantics;

/// <summary>The head of a request, as far as variants are chosen by it.</summary>
internal interface IRequestFields
{
    /// <param name="name">Lower-case.</param>
    /// <returns>The lines with that name, none when it is absent.</returns>
    StringValues Lines(string name);
}
