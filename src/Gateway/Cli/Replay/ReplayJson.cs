using System.Text.Json;
using Weir.Gateway.Admin;

namespace Weir.Gateway.Cli.Replay;

/// <summary>What came of a log as one JSON object, for programs.</summary>
internal static class ReplayJson
{
    private static readonly JsonSerializerOptions Indented = new(ManagementEndpoints.Json) { WriteIndented = true };

    /// <param name="log">What came of it.</param>
    /// <param name="limit">Clients of each list at most.</param>
    public static string Of(ReplayedLog log, int limit) => JsonSerializer.Serialize(
        new
        {
            log.Lines,
            log.Requests,
            log.Unread,
            log.FirstUnread,
            log.From,
            log.To,
            Jails = log.Jails is not { } jails ? null : new
            {
                jails.Offences,
                Banned = jails.Clients,
                jails.IsCut,
                Clients = ReplayedBan.Of(jails).Take(limit),
            },
            Throttle = log.Throttle is not { } throttle ? null : new
            {
                throttle.Requests,
                throttle.Refused,
                throttle.OutOfOrder,
                throttle.Rules,
                Clients = throttle.Clients.Take(limit).Select(c => new { Client = $"{c.Client}", c.Refused, c.First, c.FirstReason, c.FirstPath }),
            },
        },
        Indented);
}
