namespace Weir.Forwarding.Http1;

/// <summary>The faults as metric tags: lower case with underscores.</summary>
internal static class ResponseFaults
{
    private static readonly string[] Codes =
        [.. Enum.GetNames<ResponseFault>().Select(n => string.Concat(n.Select((c, i) => char.IsUpper(c) && i > 0 ? "_" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString())))];

    public static string CodeOf(ResponseFault fault) => Codes[(int)fault];
}
