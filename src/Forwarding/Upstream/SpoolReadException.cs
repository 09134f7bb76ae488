namespace Weir.Forwarding.Upstream;

/// <summary>A collected body could not be read back from its file: neither the client's fault nor the server's.</summary>
internal sealed class SpoolReadException(Exception inner) : IOException("The collected body could not be read back.", inner);
