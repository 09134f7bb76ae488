using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;
using Weir.Policies.Jail;

namespace Weir.Gateway.Listeners;

/// <summary>
/// Reports what Kestrel's own HTTP/1 parser refuses, and requests that do not arrive in time, as offences of the connection's client.
/// Kestrel tells of them by a diagnostic event and answers itself, so that no middleware sees them. Listens only while a jail counts such.
/// </summary>
internal sealed class BadRequestWatch(DiagnosticListener kestrel, IOptionsMonitor<JailOptions> jails, IClientRules clients, IOffences offences)
    : IHostedService, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private readonly Lock _lock = new();
    private IDisposable? _changes;
    private IDisposable? _events;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _changes = jails.OnChange((options, _) => Follow(options));
        Follow(jails.CurrentValue);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose()
    {
        _changes?.Dispose();
        lock (_lock)
        {
            _events?.Dispose();
            _events = null;
        }
    }

    /// <inheritdoc />
    public void OnNext(KeyValuePair<string, object?> value)
    {
        // The event carries the connection's features with those of the request so far.
        if (value.Key != BadRequest || value.Value is not IFeatureCollection features
            || features.Get<IBadRequestExceptionFeature>()?.Error is not BadHttpRequestException error
            || features.Get<IHttpConnectionFeature>()?.RemoteIpAddress is not { } client)
        {
            return;
        }

        if (client.IsIPv4MappedToIPv6)
            client = client.MapToIPv4();
        // Behind a trusted proxy nobody has said yet whose request it was.
        if (clients.IsTrusted(client) || KindOf(error.StatusCode) is not { } kind)
            return;
        offences.Report(client, features.Get<IProxiedPeerFeature>() is null, kind, kind == OffenceKind.Connection ? "request_timeout" : "unreadable_request");
    }

    /// <inheritdoc />
    public void OnCompleted()
    {
    }

    /// <inheritdoc />
    public void OnError(Exception error)
    {
    }

    // An upload above the bound is the site's setting, and no fault of the request.
    private static OffenceKind? KindOf(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => OffenceKind.Connection,
        StatusCodes.Status413PayloadTooLarge => null,
        _ => OffenceKind.BadRequest,
    };

    private void Follow(JailOptions options)
    {
        var isWanted = options.Jails.Values.Any(j => j.Offences.Contains(OffenceKind.BadRequest) || j.Offences.Contains(OffenceKind.Connection));
        lock (_lock)
        {
            if (!isWanted)
            {
                _events?.Dispose();
                _events = null;
            }
            else
            {
                // By name: everything else that is told there stays as cheap as without a listener.
                _events ??= kestrel.Subscribe(this, static (name, _, _) => name == BadRequest);
            }
        }
    }
}
