using Weir.Gateway.Control.Compile;

namespace Weir.Gateway.Control.Publish;

/// <summary>Ties a section's path to its monitor.</summary>
internal sealed class PublishedSection<T>(string path, PublishedOptions<T> options) : IPublishedOptions
    where T : class, new()
{
    public void Take(CompiledConfiguration compiled) => options.Take((T)compiled.Options[path]);

    public void Tell() => options.Tell();
}
