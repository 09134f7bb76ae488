namespace Weir.Farm.Feed;

/// <summary>What this gateway itself does on a server, so that the rest is seen as foreign.</summary>
public interface IOwnLoad
{
    /// <summary>Requests of ours in flight at a canonical address; 0 when it is unknown.</summary>
    int InFlight(string address);

    /// <summary>
    /// Connections of ours, active and idle: on prefork and worker each holds a worker. 0 where they are not counted.
    /// </summary>
    int OpenConnections(string address) => 0;
}
