namespace Weir.Farm.Feed;

/// <summary>Nobody tells of other gateways: the configured number holds.</summary>
internal sealed class OneGateway : IGatewayCount
{
    public event Action? Changed
    {
        add { }
        remove { }
    }

    public int Live => 1;
}
