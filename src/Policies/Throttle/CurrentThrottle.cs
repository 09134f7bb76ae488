using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;
using Weir.Policies.Throttle.Counting;
using Weir.Policies.Throttle.Imports;
using Weir.Policies.Throttle.Judging;

namespace Weir.Policies.Throttle;

/// <summary>
/// What is in force now; replaced as one when the configuration is published. Counters outlive a reload, unless their number or
/// their secret changes. The tables are made by the first who needs them: a gateway that throttles nothing has none.
/// </summary>
internal sealed class CurrentThrottle : IDisposable
{
    private readonly Lock _lock = new();
    private readonly IServiceProvider _services;
    private readonly IConfiguration? _configuration;
    private readonly TimeProvider _clock;
    private readonly ILogger<CurrentThrottle> _logger;
    private readonly IDisposable? _subscription;
    private readonly long _origin;
    private volatile ThrottleRules _rules;
    private volatile ActiveThrottle? _active;
    private string? _secretOf;

    public CurrentThrottle(
        IOptionsMonitor<ThrottleOptions> options, IServiceProvider services, TimeProvider clock, ThrottleMetrics metrics, ILogger<CurrentThrottle> logger)
    {
        (_services, _clock, _logger) = (services, clock, logger);
        _configuration = services.GetService<IConfiguration>();
        _origin = clock.GetTimestamp();
        var imported = ThrottleImport.Read(options.CurrentValue, _configuration);
        if (imported.Errors.Count > 0)
            throw new OptionsValidationException(ThrottleOptions.Section, typeof(ThrottleOptions), imported.Errors);
        _rules = Compile(imported);
        _subscription = options.OnChange((changed, _) => Change(changed));
        metrics.Watch(() => _active?.Judge.Counters);
    }

    /// <summary>The rules; they hold only when <see cref="ThrottleOptions.Enabled"/>.</summary>
    public ThrottleRules Rules => _rules;

    /// <summary>Null when the throttle is off.</summary>
    public ActiveThrottle? Now => _active is { } active ? (active.Rules.Options.Enabled ? active : null) : _rules.Options.Enabled ? Activate() : null;

    /// <summary>Ticks of 100 ns since the gateway's start, by a clock that only goes forward.</summary>
    public long Ticks => _clock.GetElapsedTime(_origin).Ticks + 1;

    public void Dispose() => _subscription?.Dispose();

    private ThrottleRules Compile(ThrottleImport imported)
    {
        if (imported.Options.Enabled)
        {
            foreach (var note in imported.Notes)
                ThrottleLog.Note(_logger, note);
        }

        return new ThrottleRules(imported.Options, imported.Limits);
    }

    private void Change(ThrottleOptions options)
    {
        var imported = ThrottleImport.Read(options, _configuration);
        if (imported.Errors.Count > 0)
        {
            foreach (var error in imported.Errors)
                ThrottleLog.Kept(_logger, error);
            return;
        }

        lock (_lock)
        {
            _rules = Compile(imported);
            if (_active is { } active)
                _active = new ActiveThrottle(_rules, JudgeFor(_rules.Options, active.Judge));
        }
    }

    private ActiveThrottle Activate()
    {
        lock (_lock)
            return _active ??= new ActiveThrottle(_rules, JudgeFor(_rules.Options, null));
    }

    private ThrottleJudge JudgeFor(ThrottleOptions options, ThrottleJudge? before)
    {
        if (before is not null && before.Counters.Size == options.MaxCounters && _secretOf == options.SharedSecret)
            return before;
        if (before is not null)
            ThrottleLog.Forgotten(_logger);
        _secretOf = options.SharedSecret;
        // Asked for late: who carries the counters is made with them.
        var isShared = _services.GetService<ISharedState>() is { IsConfigured: true };
        var secret = options.SharedSecret is { Length: > 0 } text ? HashSecret.Of(text) : isShared ? HashSecret.Of("") : HashSecret.Random();
        return new ThrottleJudge(new ThrottleCounters(options.MaxCounters, secret));
    }
}
