using System.Reflection;

namespace Weir.Farm.Tests.Readers;

/// <summary>Status pages recorded from real servers, and older ones written by hand.</summary>
internal static class Page
{
    public static byte[] Of(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Pages.{name}.txt")
            ?? throw new InvalidOperationException($"There is no page {name}.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
