namespace Weir.Gateway.Admin;

/// <summary>What the farm feed knows of the servers. Implemented by the feed's side of the gateway.</summary>
internal interface IFarmFacts
{
    /// <summary>The last reading of one server; null when there is none.</summary>
    /// <param name="address">Canonical <c>scheme://host:port</c>.</param>
    ServerFacts? Find(string address);
}
