using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding.Upstream;

/// <summary>Tells YARP's health checks, and <see cref="SlotForwarder"/>, how a request failed.</summary>
internal sealed record ForwardingError(ForwarderError Error, Exception Exception) : IForwarderErrorFeature;
