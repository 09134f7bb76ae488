using System.Net;

namespace Weir.Policies.Firewall.Enforcer;

/// <summary>What the enforcer is told at its start. It reads no file of the gateway's: whoever owns that one owns no kernel.</summary>
public sealed record EnforcerOptions
{
    /// <summary>Path of the Unix socket.</summary>
    public required string Socket { get; init; }

    /// <summary>nft.</summary>
    public string Nft { get; init; } = "/usr/sbin/nft";

    /// <summary>The table of family inet; letters, digits and underscores, at most 32.</summary>
    public string Table { get; init; } = "weir";

    /// <summary>Networks at once, 1 to 1,000,000.</summary>
    public int Max { get; init; } = 65_536;

    /// <summary>What is never dropped, whoever asks for it.</summary>
    public IReadOnlyList<IPNetwork> Never { get; init; } = [];

    /// <summary>Only packets to these ports are dropped, 1 to 65535; none: packets to any port, answers to the machine's own connections included.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>User ids that may connect; none: everybody whom the socket's mode lets in.</summary>
    public IReadOnlyList<int> AllowedUids { get; init; } = [];

    /// <summary>Takes the table away at the end; otherwise bans hold until they end.</summary>
    public bool FlushOnExit { get; init; }
}
