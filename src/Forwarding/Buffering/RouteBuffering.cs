namespace Weir.Forwarding.Buffering;

/// <summary>Buffering of one route as the data plane reads it.</summary>
internal sealed record RouteBuffering(bool Uploads, bool Answers);
