namespace Weir.Policies.State;

/// <summary>What a ban says beside network and times.</summary>
/// <param name="Jail">Name of the jail.</param>
/// <param name="Reason">One line.</param>
/// <param name="Count">How often banned.</param>
/// <param name="IsDirect">The offender was the peer of the gateway that saw it.</param>
internal readonly record struct BanDetails(string Jail, string Reason, int Count, bool IsDirect);
