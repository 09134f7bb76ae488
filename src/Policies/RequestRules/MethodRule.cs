using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Weir.Policies.RequestRules;

/// <summary>Which methods pass.</summary>
internal static class MethodRule
{
    /// <summary>Characters. The longest registered method, UPDATEREDIRECTREF, has 17.</summary>
    public const int MaxLength = 32;

    private static readonly SearchValues<char> Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ-_");

    /// <summary>Null lets it pass.</summary>
    public static RequestFault? Judge(HttpContext context, string method, RuleSet rules)
    {
        // The server hands out its own string for a known method.
        if (ReferenceEquals(method, HttpMethods.Get) && !rules.ListsMethods)
            return null;
        if (method.Length > MaxLength)
            return RequestFault.MethodTooLong;
        // Methods are case-sensitive (RFC 9110 section 9.1), yet much that reads them is not: "trace" must not pass for another word.
        if (!IsWellFormed(method))
            return RequestFault.MethodInvalid;
        if (method is "CONNECT")
            return JudgeConnect(context, rules);
        if (method is "TRACE" or "TRACK" && !rules.AllowTrace)
            return RequestFault.MethodTrace;
        return rules.AllowsMethod(method) ? null : RequestFault.MethodNotAllowed;
    }

    /// <summary>Capitals, hyphens and underscores, as nginx.</summary>
    public static bool IsWellFormed(string method) => method.Length > 0 && !method.AsSpan().ContainsAnyExcept(Characters);

    /// <summary>WebSockets over HTTP/2 arrive as CONNECT with <c>:protocol</c> (RFC 8441).</summary>
    private static RequestFault? JudgeConnect(HttpContext context, RuleSet rules)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true } connect)
            return RequestFault.MethodConnect;
        return rules.UpgradeTo(connect.Protocol) is null ? RequestFault.ConnectProtocol : null;
    }
}
