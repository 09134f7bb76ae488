namespace Weir.Gateway.Admin.Edge;

/// <summary>A jail that would count the request.</summary>
/// <param name="Jail">Its name.</param>
/// <param name="Statuses">Answers with which it would; empty when the request never gets one.</param>
/// <param name="Why">What it counts it for; a part of a sentence.</param>
/// <param name="Offences">Those of the client that count now.</param>
/// <param name="MaxRetry">So many lead to a ban.</param>
/// <param name="FindTime">How far back they count.</param>
/// <param name="BanTime">Length of a first ban; null for ever.</param>
/// <param name="IsIgnored">The client is trusted or ignored: nothing counts.</param>
/// <param name="DryRun">The jail is on trial and bans nobody.</param>
internal sealed record EdgeJail(
    string Jail, IReadOnlyList<int> Statuses, string Why, int Offences, int MaxRetry, TimeSpan FindTime, TimeSpan? BanTime, bool IsIgnored, bool DryRun);
