using System.Net;
using System.Runtime.InteropServices;

namespace Weir.Policies.Jail.Live;

/// <summary>What an access log would say of a request.</summary>
/// <param name="Address">The client's.</param>
/// <param name="IsDirect">See <see cref="Contracts.IClientFeature.IsDirect"/>.</param>
/// <param name="Time">When it arrived.</param>
/// <param name="Method">As sent.</param>
/// <param name="Target">As sent, query included.</param>
/// <param name="Protocol"><c>HTTP/1.1</c>, <c>HTTP/2.0</c>.</param>
/// <param name="Status">Of the answer.</param>
/// <param name="Bytes">Bytes of the answer's body that were written; null when not known.</param>
/// <param name="Referer">Null when there was none.</param>
/// <param name="UserAgent">Null when there was none.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AnsweredRequest(
    IPAddress Address, bool IsDirect, DateTimeOffset Time, string Method, string Target, string Protocol, int Status, long? Bytes, string? Referer, string? UserAgent);
