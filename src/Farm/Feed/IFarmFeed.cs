using System.Diagnostics.CodeAnalysis;

namespace Weir.Farm.Feed;

/// <summary>What is known of every server of the farm.</summary>
public interface IFarmFeed
{
    /// <summary>The newest reading of each target, in no order. A snapshot.</summary>
    IReadOnlyList<FarmReading> Readings { get; }

    /// <summary>Calls a sink for each new reading, on the thread that made it, until the result is disposed.</summary>
    /// <param name="sink">Must be short and must not throw.</param>
    IDisposable Subscribe(Action<FarmReading> sink);

    /// <summary>The newest reading of one server.</summary>
    /// <param name="address">Any URL of the server.</param>
    /// <param name="reading">The reading.</param>
    bool TryGet(string address, [NotNullWhen(true)] out FarmReading? reading);

    /// <summary>Says which servers there are. New ones are asked at once, the others go on, the rest are forgotten.</summary>
    /// <param name="addresses">Absolute http or https URLs; others are ignored.</param>
    void SetTargets(IEnumerable<string> addresses);
}
