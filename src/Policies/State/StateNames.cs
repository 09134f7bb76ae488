using System.Security.Cryptography;
using System.Text;

namespace Weir.Policies.State;

/// <summary>This gateway's identity, and the names of keys and channels. Braces keep a cluster's keys of one script in one slot.</summary>
internal sealed class StateNames
{
    public StateNames(StateOptions options)
    {
        var name = options.ReplicaName ?? Environment.MachineName;
        Replica = $"{new string([.. name.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-').Take(64)])}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var prefix = options.Redis.Prefix;
        ReplicaChannel = prefix + "replicas";
        BanChannel = prefix + "bans";
        CounterChannel = prefix + "counters";
        ReplicaKey = Encoding.ASCII.GetBytes(prefix + "{replicas}");
        BanKey = Encoding.ASCII.GetBytes(prefix + "{bans}");
        BanEndsKey = Encoding.ASCII.GetBytes(prefix + "{bans}:ends");
    }

    /// <summary>Name with a random end: no spaces, at most 73 characters.</summary>
    public string Replica { get; }

    /// <summary>Identity in binary messages.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    public string ReplicaChannel { get; }

    public string BanChannel { get; }

    public string CounterChannel { get; }

    public ReadOnlyMemory<byte> ReplicaKey { get; }

    public ReadOnlyMemory<byte> BanKey { get; }

    public ReadOnlyMemory<byte> BanEndsKey { get; }
}
