using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Http1;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;

namespace Weir.Forwarding.Upstream;

/// <summary>Writes the head of a request whose transforms are all known, straight from the client's request.</summary>
internal static class RequestHead
{
    /// <summary>Writes all but what frames the body and the empty line.</summary>
    /// <param name="head">Takes the bytes.</param>
    /// <param name="context">The client's request.</param>
    /// <param name="prefix">The destination's address.</param>
    /// <param name="plan">The route's transforms.</param>
    /// <param name="path">The path, encoded, after the transforms.</param>
    /// <param name="query">The query with its question mark, after the transforms.</param>
    public static void Write(HeadWriter head, HttpContext context, string prefix, TransformPlan plan, string path, string? query)
    {
        var request = context.Request;
        var authority = prefix.IndexOf("://", StringComparison.Ordinal) + 3;
        var slash = prefix.IndexOf('/', authority);
        head.Write(request.Method);
        head.Write(" "u8);
        WriteTarget(head, request, slash < 0 ? "" : prefix[slash..], path, query);
        head.Write(" HTTP/1.1\r\nHost: "u8);
        head.Write(HostOf(context, prefix, authority, slash, plan));
        head.Write("\r\n"u8);
        StringValues forwardedFor = default, forwardedHost = default, forwardedProto = default, forwardedPrefix = default;
        foreach (var (name, values) in request.Headers)
        {
            if (HopByHop.SkipsRequest(name) || (plan.RemovesForwarded && name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)))
                continue;
            if (name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
                && (Keep(name, "X-Forwarded-For", plan.ForwardedFor, values, ref forwardedFor)
                    || Keep(name, "X-Forwarded-Host", plan.ForwardedHost, values, ref forwardedHost)
                    || Keep(name, "X-Forwarded-Proto", plan.ForwardedProto, values, ref forwardedProto)
                    || Keep(name, "X-Forwarded-Prefix", plan.ForwardedPrefix, values, ref forwardedPrefix)))
            {
                continue;
            }

            WriteHeader(head, name, values);
        }

        if (Writes(plan.ForwardedFor))
            WriteForwardedFor(head, context, forwardedFor);
        if (Writes(plan.ForwardedHost) && request.Host.Value is { Length: > 0 } host)
            WriteForwarded(head, "X-Forwarded-Host", forwardedHost, request.Host.ToUriComponent() is var encoded && encoded.Length > 0 ? encoded : host);
        if (Writes(plan.ForwardedProto))
            WriteForwarded(head, "X-Forwarded-Proto", forwardedProto, request.Scheme);
        if (Writes(plan.ForwardedPrefix) && request.PathBase.HasValue)
            WriteForwarded(head, "X-Forwarded-Prefix", forwardedPrefix, request.PathBase.ToUriComponent());
    }

    /// <summary>Writes a header with all its values; several cookies become one line (RFC 9113 section 8.2.3).</summary>
    public static void WriteHeader(HeadWriter head, string name, StringValues values)
    {
        if (values.Count == 1)
        {
            head.WriteHeader(name, values[0] ?? "");
            return;
        }

        if (values.Count > 1 && name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
        {
            head.WriteHeader(name, string.Join("; ", values.ToArray()));
            return;
        }

        for (var i = 0; i < values.Count; i++)
            head.WriteHeader(name, values[i] ?? "");
    }

    private static void WriteTarget(HeadWriter head, HttpRequest request, string basePath, string path, string? query)
    {
        if (path.Length == 0 && HttpMethods.IsOptions(request.Method) && basePath.Length <= 1)
        {
            head.Write("*"u8);
            return;
        }

        var trimmed = basePath.Length > 0 && basePath[^1] == '/' && path.Length > 0 ? basePath[..^1] : basePath;
        head.Write(trimmed);
        head.Write(trimmed.Length == 0 && path.Length == 0 ? "/" : path);
        if (query is { Length: > 0 })
            head.Write(RequestTarget.EncodeQuery(query));
    }

    private static string HostOf(HttpContext context, string prefix, int authority, int slash, TransformPlan plan)
    {
        if (plan.UseOriginalHost && context.Request.Host.Value is { Length: > 0 } original)
            return original;
        if (context.Features.Get<IReverseProxyFeature>()?.ProxiedDestination?.Model.Config.Host is { Length: > 0 } configured)
            return configured;
        return slash < 0 ? prefix[authority..] : prefix[authority..slash];
    }

    /// <summary>True when the header is one of ours and not copied; its values are kept for appending.</summary>
    private static bool Keep(string name, string ours, ForwardedTransformActions action, StringValues values, ref StringValues kept)
    {
        if (action == ForwardedTransformActions.Off || !name.Equals(ours, StringComparison.OrdinalIgnoreCase))
            return false;
        if (action == ForwardedTransformActions.Append)
            kept = values;
        return true;
    }

    private static bool Writes(ForwardedTransformActions action) => action is ForwardedTransformActions.Set or ForwardedTransformActions.Append;

    private static void WriteForwarded(HeadWriter head, string name, StringValues before, string value)
    {
        for (var i = 0; i < before.Count; i++)
            head.WriteHeader(name, before[i] ?? "");
        head.WriteHeader(name, value);
    }

    private static void WriteForwardedFor(HeadWriter head, HttpContext context, StringValues before)
    {
        for (var i = 0; i < before.Count; i++)
            head.WriteHeader("X-Forwarded-For", before[i] ?? "");
        if (context.Features.Get<IClientKeyFeature>()?.Address is not { } address)
            return;
        head.Write("X-Forwarded-For: "u8);
        head.Write(address);
        head.Write("\r\n"u8);
    }
}
