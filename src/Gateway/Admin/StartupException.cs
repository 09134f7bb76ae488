namespace Weir.Gateway.Admin;

/// <summary>The gateway cannot start for a reason that its operator can mend; the message is meant for them, the stack trace is not.</summary>
internal sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
