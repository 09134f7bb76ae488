using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Weir.Policies.Jail.Offences;

/// <summary>Tells whether a 401 answers an attempt to log in, or only asks for one.</summary>
internal static class LogInAttempt
{
    /// <summary>
    /// True when the request brought credentials and they were refused. False for what every honest client gets before it has
    /// any, and for steps of a log-in that goes on: a Digest whose nonce was old, a handshake of NTLM or Negotiate.
    /// </summary>
    public static bool Failed(IHeaderDictionary request, IHeaderDictionary response) =>
        request.Authorization.Count > 0 && !GoesOn(response.WWWAuthenticate);

    private static bool GoesOn(StringValues challenges)
    {
        foreach (var challenge in challenges)
        {
            if (challenge is not null && (IsStale(challenge) || HasToken(challenge, "NTLM ") || HasToken(challenge, "Negotiate ")))
                return true;
        }

        return false;
    }

    private static bool IsStale(string challenge) =>
        challenge.Contains("stale=true", StringComparison.OrdinalIgnoreCase) || challenge.Contains("stale=\"true\"", StringComparison.OrdinalIgnoreCase);

    private static bool HasToken(string challenge, string scheme) =>
        challenge.Length > scheme.Length && challenge.StartsWith(scheme, StringComparison.OrdinalIgnoreCase);
}
