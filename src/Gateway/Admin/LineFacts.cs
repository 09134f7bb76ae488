namespace Weir.Gateway.Admin;

/// <summary>One waiting line at one instant.</summary>
/// <param name="Waiting">Requests in the line.</param>
/// <param name="OldestAge">How long the oldest has waited; zero when the line is empty.</param>
internal readonly record struct LineFacts(int Waiting, TimeSpan OldestAge);
