namespace Weir.Gateway.Control.Compile;

/// <summary>Words the second half of "names no route; ...".</summary>
internal static class UnknownName
{
    /// <summary><c>the nearest route is 'shop'</c>, or that there is none at all.</summary>
    public static string Hint(string kind, string name, IReadOnlyCollection<string> known) =>
        NearestKey.Of(name, known) is { } nearest ? $"the nearest {kind} is '{nearest}'" : $"there is no {kind}";
}
