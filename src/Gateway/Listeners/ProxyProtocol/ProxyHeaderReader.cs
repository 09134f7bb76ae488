namespace Weir.Gateway.Listeners.ProxyProtocol;

/// <summary>
/// The PROXY protocol, versions 1 and 2, as HAProxy's specification of 2020 has it. Nothing is guessed: what is not wholly right is
/// refused.
/// </summary>
internal static class ProxyHeaderReader
{
    /// <summary>Bytes of the longest header that is read: of version 2, its fixed part and what follows.</summary>
    public const int MaxBytes = ProxyHeaderV2.FixedBytes + ProxyHeaderV2.MaxFollowing;

    /// <summary>Reads a header from the start of a connection.</summary>
    /// <param name="bytes">What has arrived, at least up to <see cref="MaxBytes"/>.</param>
    public static ProxyHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return new ProxyHeader(ProxyHeaderKind.Incomplete);
        // The first byte tells them apart.
        return bytes[0] == ProxyHeaderV2.Signature[0] ? ProxyHeaderV2.Read(bytes) : ProxyHeaderV1.Read(bytes);
    }
}
