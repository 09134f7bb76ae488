using System.Collections.Frozen;
using System.Net;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Bans;
using Weir.Policies.Jail.Offences;

namespace Weir.Policies.Jail;

/// <summary>What the slice goes by: the options of one instant in the shape that is cheap to ask.</summary>
internal sealed class JailRules
{
    private readonly JailRule[][] _byKind;

    public JailRules(JailOptions options)
    {
        Status = options.Status;
        MaxBans = options.MaxBans;
        MaxNetworks = options.MaxNetworks;
        Remember = options.Remember;
        SaveDelay = options.SaveDelay;
        Ignore = Read(options.Ignore);
        Scanners = new ScannerPaths(options.ScannerPaths);
        Jails = [.. options.Jails.Select(j => JailRule.Of(j.Key, j.Value))];
        ByName = Jails.ToFrozenDictionary(j => j.Name, StringComparer.OrdinalIgnoreCase);
        _byKind = [.. Enum.GetValues<OffenceKind>().Select(kind => Jails.Where(j => j.Kinds.Contains(kind)).ToArray())];
        LooksAtAnswers = For(OffenceKind.Auth).Length > 0 || (For(OffenceKind.Scanner).Length > 0 && options.ScannerPaths.Count > 0);
        CountsForbidden = Array.Exists(For(OffenceKind.Auth), j => j.CountsForbidden);
    }

    public int Status { get; }

    public int MaxBans { get; }

    public int MaxNetworks { get; }

    public TimeSpan Remember { get; }

    public TimeSpan SaveDelay { get; }

    /// <summary>Never counted nor banned, by any jail or operator.</summary>
    public Networks Ignore { get; }

    public ScannerPaths Scanners { get; }

    /// <summary>The gateway's own jails.</summary>
    public IReadOnlyList<JailRule> Jails { get; }

    public FrozenDictionary<string, JailRule> ByName { get; }

    /// <summary>True when a jail wants to know how requests were answered.</summary>
    public bool LooksAtAnswers { get; }

    public bool CountsForbidden { get; }

    public JailRule[] For(OffenceKind kind) => _byKind[(int)kind];

    public static Networks Read(IEnumerable<string> texts) => new(texts.Select(t => Networks.TryParse(t, out var network) ? network : null).OfType<IPNetwork>());
}
