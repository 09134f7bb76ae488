using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding.Tests;

/// <summary>Answers at once, so that what is measured is what stands in front of it. Shared with bench/.</summary>
internal sealed class InstantForwarder : IHttpForwarder
{
    public ValueTask<ForwarderError> SendAsync(
        HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig, HttpTransformer transformer) => default;

    public ValueTask<ForwarderError> SendAsync(
        HttpContext context,
        string destinationPrefix,
        HttpMessageInvoker httpClient,
        ForwarderRequestConfig requestConfig,
        HttpTransformer transformer,
        CancellationToken cancellationToken) => default;
}
