namespace Weir.Gateway.Control.Compile;

/// <summary>A rule across sections. Register it in the container that the compiler gets; it runs at start and at every reload.</summary>
internal interface ICrossCheck
{
    /// <summary>Adds a fault for everything that does not fit together.</summary>
    /// <param name="candidate">May itself have faults: values that did not bind are at their defaults.</param>
    /// <param name="errors">Takes the faults.</param>
    void Check(CompiledConfiguration candidate, ErrorList errors);
}
