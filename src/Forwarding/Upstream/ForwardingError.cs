using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding.Upstream;

/// <summary>Tells YARP's health checks, and <see cref="SlotForwarder"/>, how a request failed.</summary>
/// <param name="Error">How.</param>
/// <param name="Exception">Why.</param>
/// <param name="MayRepeat">
/// True when the same request may be sent again though a server may have seen it: it is idempotent as it was sent, its body, if any,
/// is still at hand, and no byte of an answer has come.
/// </param>
internal sealed record ForwardingError(ForwarderError Error, Exception Exception, bool MayRepeat) : IForwarderErrorFeature;
