using System.Globalization;

namespace Weir.Farm.Feed;

/// <summary>Words for the arithmetic behind a limit.</summary>
internal static class LimitReason
{
    public static string Text(LimitDecision decision, int limit, int foreign, FarmOptions options)
    {
        var who = decision.Source switch
        {
            LimitSource.Configured => "configuration says",
            LimitSource.NodeDocument => "the node document says",
            LimitSource.Scoreboard => "the scoreboard shows",
            LimitSource.Model => "the host's memory holds",
            _ => "nobody told, so by default",
        };
        var culture = CultureInfo.InvariantCulture;
        var text = decision.Source == LimitSource.Configured && decision.Limit != Model.GatewayCap.Slots(decision.Workers, options.Reserve, options.Gateways)
            ? string.Create(culture, $"{who} {decision.Limit} requests")
            : string.Create(culture, $"{who} {decision.Workers} workers, {options.Reserve} kept free");
        if (foreign > 0)
            text += string.Create(culture, $", {foreign} busy with requests that are not ours");
        if (options.Gateways > 1)
            text += string.Create(culture, $", shared by {options.Gateways} gateways");
        return text + string.Create(culture, $": {limit}");
    }
}
