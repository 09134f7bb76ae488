namespace Weir.Forwarding.Slots;

/// <summary>A connection was not tried because too many are open or wait: no fault of the server's.</summary>
internal sealed class ConnectionGateException(string message) : IOException(message);
