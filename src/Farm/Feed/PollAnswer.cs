namespace Weir.Farm.Feed;

/// <summary>One answer: a body, or the reason why there is none as a full sentence.</summary>
internal readonly record struct PollAnswer(ReadOnlyMemory<byte> Body, string? Error);
