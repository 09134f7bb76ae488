namespace Weir.Farm.Model;

/// <summary>Apache's multi-processing module: how a server turns connections into work.</summary>
public enum Mpm
{
    /// <summary>One process per connection; needed by mod_php.</summary>
    Prefork,

    /// <summary>One thread per connection; a keep-alive connection holds its thread.</summary>
    Worker,

    /// <summary>One thread per request; a keep-alive connection waits in the listener.</summary>
    Event,
}
