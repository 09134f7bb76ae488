namespace Weir.Policies.Firewall.Enforcer;

/// <summary>What a command's list may hold.</summary>
internal enum ListKind
{
    Clients,
    Networks,
    All,
}
