using Weir.Gateway.Control.Compile;

namespace Weir.Gateway.Control.Publish;

/// <summary>One section's place in a publication: first every section takes its new value, then every one tells.</summary>
internal interface IPublishedOptions
{
    /// <summary>Takes the section's new value; readers see it, nobody is called.</summary>
    void Take(CompiledConfiguration compiled);

    /// <summary>Calls those who asked to be told.</summary>
    void Tell();
}
