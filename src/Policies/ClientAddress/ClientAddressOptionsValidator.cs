using System.Buffers;
using Microsoft.Extensions.Options;

namespace Weir.Policies.ClientAddress;

/// <summary>What the attributes of <see cref="ClientAddressOptions"/> cannot say.</summary>
public sealed class ClientAddressOptionsValidator : IValidateOptions<ClientAddressOptions>
{
    private const string Root = ClientAddressOptions.Section;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    // Naming one of these would take a request's own substance for an address, or remove it.
    private static readonly string[] NotOurs =
        ["Host", "Connection", "Content-Length", "Transfer-Encoding", "Authorization", "Cookie", "X-Forwarded-Proto", "X-Forwarded-Host"];

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, ClientAddressOptions options)
    {
        var errors = new List<string>();
        for (var i = 0; i < options.TrustedProxies.Count; i++)
        {
            if (!options.TrustedProxies[i].Equals(ClientRules.UnixPeer, StringComparison.OrdinalIgnoreCase))
                Network(options.TrustedProxies[i], $"{Root}:{nameof(options.TrustedProxies)}:{i}", errors);
        }

        var from = options.ProxyProtocol.From;
        for (var i = 0; i < from.Count; i++)
            Network(from[i], $"{Root}:{nameof(options.ProxyProtocol)}:{nameof(options.ProxyProtocol.From)}:{i}", errors);
        Header(options, errors);
        ProxyProtocol(options.ProxyProtocol, errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <summary>How a header of this name is written.</summary>
    internal static HeaderKind KindOf(string header) =>
        header.Equals(ClientAddressOptions.NoHeader, StringComparison.OrdinalIgnoreCase) ? HeaderKind.None
        : header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase) ? HeaderKind.Forwarded
        : header.Equals("X-Forwarded-For", StringComparison.OrdinalIgnoreCase) ? HeaderKind.List
        : HeaderKind.One;

    private static void Network(string text, string key, List<string> errors)
    {
        if (!PlainNetwork.TryParse(text, out _, out var fault))
            errors.Add($"{key} is '{text}'; allowed: {fault}.");
    }

    private static void Header(ClientAddressOptions options, List<string> errors)
    {
        if (options.Header.AsSpan().IndexOfAnyExcept(NameCharacters) >= 0 || NotOurs.Contains(options.Header, StringComparer.OrdinalIgnoreCase))
            errors.Add($"{Root}:Header is '{options.Header}'; allowed: None, X-Forwarded-For, Forwarded, or the name of a header of one address, of letters, digits and hyphens.");
        if (options.TrustedProxies.Count > 0)
            return;
        if (KindOf(options.Header) != HeaderKind.None)
            errors.Add($"{Root}:Header is '{options.Header}', and {Root}:TrustedProxies is empty, so that nobody's would be believed; name the proxies, or set Header to None.");
        if (options.ForwardedProto)
            errors.Add($"{Root}:ForwardedProto is true, and {Root}:TrustedProxies is empty, so that nobody's would be believed; name the proxies, or set ForwardedProto to false.");
    }

    private static void ProxyProtocol(ProxyProtocolOptions options, List<string> errors)
    {
        const string key = $"{Root}:ProxyProtocol";
        for (var i = 0; i < options.Endpoints.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(options.Endpoints[i]))
                errors.Add($"{key}:Endpoints:{i} is '{options.Endpoints[i]}'; allowed: a name below Kestrel:Endpoints, or *.");
        }

        if (options.Endpoints.Count > 0 && options.From.Count == 0)
            errors.Add($"{key}:Endpoints is '{string.Join(", ", options.Endpoints)}', and {key}:From is empty, so that nobody could connect there; name the load balancers that send the header.");
        if (options.Endpoints.Count == 0 && options.From.Count > 0)
            errors.Add($"{key}:From is '{string.Join(", ", options.From)}', and {key}:Endpoints is empty, so that nobody would be listened to; name the endpoints, or * for all.");
    }
}
