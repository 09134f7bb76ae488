namespace Weir.Forwarding.Admission;

/// <summary>Admission of one route as the data plane reads it.</summary>
internal sealed record RouteRules(PriorityClass Priority, TimeSpan MaxWait, bool Enabled);
