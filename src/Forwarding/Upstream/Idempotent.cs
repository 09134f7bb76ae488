using Microsoft.AspNetCore.Http;

namespace Weir.Forwarding.Upstream;

/// <summary>Methods that may be sent twice (RFC 9110 section 9.2.2).</summary>
internal static class Idempotent
{
    public static bool Is(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)
        || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method) || HttpMethods.IsTrace(method);
}
