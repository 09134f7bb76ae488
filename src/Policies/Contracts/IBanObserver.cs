namespace Weir.Policies.Contracts;

/// <summary>Hears of every change in the list of bans: the firewall and the other replicas. Any number may be registered.</summary>
public interface IBanObserver
{
    /// <summary>Called right after the change, one at a time; must neither block nor throw. What was restored from the file at start is told too.</summary>
    void OnChange(BanChangeKind kind, Ban ban);
}
