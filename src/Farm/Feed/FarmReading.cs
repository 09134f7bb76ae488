using Weir.Farm.Model;

namespace Weir.Farm.Feed;

/// <summary>What the gateway knows of one server at one instant.</summary>
public sealed record FarmReading
{
    /// <summary>Canonical <c>scheme://host:port</c>.</summary>
    public required string Address { get; init; }

    /// <summary>The server's MPM; null when nobody told.</summary>
    public Mpm? Mpm { get; init; }

    /// <summary>Requests at once that this gateway may send when the server is grown: 1 or more.</summary>
    public required int Limit { get; init; }

    /// <summary>Of <see cref="Limit"/>, what is open now: fewer only while a cold server grows. 1 or more.</summary>
    public required int OpenSlots { get; init; }

    /// <summary>Who told the limit.</summary>
    public required LimitSource Source { get; init; }

    /// <summary>The arithmetic behind the limit, for people.</summary>
    public required string Reason { get; init; }

    /// <summary>MaxRequestWorkers that the limit was computed from.</summary>
    public required int EffectiveMaxRequestWorkers { get; init; }

    /// <summary>How long this Apache keeps an idle connection.</summary>
    public required TimeSpan KeepAliveTimeout { get; init; }

    /// <summary>Requests that this Apache answers on one connection; 0 for no bound, or when nobody told.</summary>
    public int MaxKeepAliveRequests { get; init; }

    /// <summary>How long an idle connection may be kept, set by hand; null follows from <see cref="KeepAliveTimeout"/>.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Most connections, active and idle, that this gateway may keep open to the server: 1 or more.</summary>
    public required int OpenConnections { get; init; }

    /// <summary>Busy workers on the last page, the one that wrote it included; null before the first.</summary>
    public int? Busy { get; init; }

    /// <summary>Idle workers on the last page; null before the first.</summary>
    public int? Idle { get; init; }

    /// <summary>Busy workers that are not ours, smoothed; 0 when there are too few to tell from noise.</summary>
    public int Foreign { get; init; }

    /// <summary>Requests per second from everywhere, moving mean; null without ExtendedStatus.</summary>
    public double? ArrivalPerSecond { get; init; }

    /// <summary>Mean duration of a request on the server, moving mean; null without ExtendedStatus.</summary>
    public TimeSpan? MeanServiceTime { get; init; }

    /// <summary>When the last page was read; null before the first.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>How old the reading is.</summary>
    public ReadingState State { get; init; }

    /// <summary>Why the last question failed; null when it did not.</summary>
    public string? LastError { get; init; }
}
