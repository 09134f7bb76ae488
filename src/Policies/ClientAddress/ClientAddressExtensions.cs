using Microsoft.AspNetCore.Builder;

namespace Weir.Policies.ClientAddress;

/// <summary>Puts the slice into the pipeline.</summary>
public static class ClientAddressExtensions
{
    /// <summary>Sets <see cref="Forwarding.Admission.IClientKeyFeature"/> on every request. Comes before all that counts clients.</summary>
    public static IApplicationBuilder UseClientAddress(this IApplicationBuilder app) => app.UseMiddleware<ClientAddressMiddleware>();
}
