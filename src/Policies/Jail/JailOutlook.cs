namespace Weir.Policies.Jail;

/// <summary>How one jail sees a request.</summary>
/// <param name="Jail">Its name.</param>
/// <param name="Why">What it counts the request for; a part of a sentence.</param>
/// <param name="Offences">Those of the client that count now, this request not included.</param>
/// <param name="MaxRetry">So many lead to a ban.</param>
/// <param name="FindTime">How far back they count.</param>
/// <param name="BanTime">Length of a first ban; null for ever.</param>
/// <param name="IsIgnored">The client is trusted or ignored: nothing counts.</param>
/// <param name="DryRun">The jail is on trial and bans nobody.</param>
public sealed record JailOutlook(
    string Jail, string Why, int Offences, int MaxRetry, TimeSpan FindTime, TimeSpan? BanTime, bool IsIgnored, bool DryRun);
