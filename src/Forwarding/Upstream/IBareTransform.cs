namespace Weir.Forwarding.Upstream;

/// <summary>
/// Marks a request transform of ours that reads and writes nothing but path, query and the client's response: it may run
/// without an <see cref="HttpRequestMessage"/>.
/// </summary>
public interface IBareTransform;
