using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weir.Fail2ban.Filters;
using Weir.Policies.Jail.Live;
using Weir.Policies.Jail.Offences;

namespace Weir.Policies.Jail.Lines;

/// <summary>Judges finished requests by the live jails, one after the other, off the request path.</summary>
internal sealed class LiveJudge(LiveQueue queue, Fail2banSource source, Sentencing sentencing, JailMetrics metrics, ILogger<LiveJudge> logger) : BackgroundService
{
    /// <summary>Judges one request.</summary>
    public void Judge(in AnsweredRequest request)
    {
        string? line = null;
        foreach (var jail in source.Now)
        {
            if (jail.Live is not { } judge)
                continue;
            line ??= AccessLine.Of(request, TimeZoneInfo.Local);
            var verdict = judge(line, request.Time);
            if (verdict.TimedOut)
                metrics.LineTimedOut("live");
            if (verdict.Kind != LineVerdictKind.Matched)
                continue;
            metrics.Offence("fail2ban");
            // The client, not what the filter found: an address in a User-Agent gets nobody banned.
            sentencing.Count(jail.Rule, request.Address, request.IsDirect, request.Time, "live_line");
        }

        if (line is not null)
            metrics.Lines(1, "live");
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await queue.WaitToReadAsync(stoppingToken))
        {
            while (queue.TryRead(out var request) && !stoppingToken.IsCancellationRequested)
                JudgeNext(request);
        }
    }

    private void JudgeNext(in AnsweredRequest request)
    {
        try
        {
            Judge(request);
        }
        catch (Exception error)
        {
            JailLog.JudgingFailed(logger, error);
        }
    }
}
