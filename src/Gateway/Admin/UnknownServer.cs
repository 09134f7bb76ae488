namespace Weir.Gateway.Admin;

/// <summary>The answer 404 to a command for a server that no cluster names.</summary>
internal sealed record UnknownServer(string Error, IReadOnlyList<string> Known);
