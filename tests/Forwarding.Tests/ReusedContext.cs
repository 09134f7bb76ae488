using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weir.Forwarding.Admission;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding.Tests;

/// <summary>
/// A request context that is used again and again as a server's connection does, with the end-of-request callback that a
/// server runs: what a request allocates is what the code under test allocates.
/// </summary>
internal sealed class ReusedContext : IHttpResponseFeature, IHttpRequestBodyDetectionFeature, IReverseProxyFeature
{
    private readonly FeatureCollection _features = new();
    private readonly ClusterState _cluster;
    private Func<object, Task>? _completed;
    private object? _completedState;

    public ReusedContext(ClusterState cluster)
    {
        _cluster = cluster;
        Route = new RouteModel(new RouteConfig { RouteId = "r", ClusterId = cluster.ClusterId }, cluster, HttpTransformer.Default);
        _features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = "GET", Path = "/" });
        _features.Set<IHttpResponseFeature>(this);
        _features.Set<IHttpRequestBodyDetectionFeature>(this);
        _features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature());
        _features.Set<IReverseProxyFeature>(this);
        _features.Set<AdmissionTicket>(null);
        Context = new DefaultHttpContext(_features);
        AvailableDestinations = AllDestinations = cluster.DestinationsState.AvailableDestinations;
    }

    public HttpContext Context { get; }

    public RouteModel Route { get; }

    public ClusterModel Cluster
    {
        get => _cluster.Model;
        set => throw new NotSupportedException();
    }

    public IReadOnlyList<DestinationState> AllDestinations { get; }

    public IReadOnlyList<DestinationState> AvailableDestinations { get; set; }

    public DestinationState? ProxiedDestination { get; set; }

    public int StatusCode { get; set; } = 200;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    public Stream Body { get; set; } = Stream.Null;

    public bool HasStarted => false;

    public bool CanHaveBody { get; set; }

    public void OnStarting(Func<object, Task> callback, object state)
    {
    }

    public void OnCompleted(Func<object, Task> callback, object state) => (_completed, _completedState) = (callback, state);

    /// <summary>Ends the request as a server does and makes the context ready for the next.</summary>
    public void End()
    {
        _completed?.Invoke(_completedState!).GetAwaiter().GetResult();
        _completed = null;
        AvailableDestinations = AllDestinations;
        ProxiedDestination = null;
    }
}
