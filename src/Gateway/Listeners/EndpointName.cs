namespace Weir.Gateway.Listeners;

/// <summary>The name of an endpoint below <c>Kestrel:Endpoints</c>, which Kestrel tells only after its defaults were applied.</summary>
internal sealed class EndpointName
{
    /// <summary>Null for addresses of <c>--urls</c>.</summary>
    public string? Value { get; set; }
}
