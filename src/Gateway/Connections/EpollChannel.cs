using Weir.Forwarding.Connections;
using Weir.Transport.Upstream;

namespace Weir.Gateway.Connections;

/// <summary>The transport's stream as forwarding knows streams.</summary>
internal sealed class EpollChannel(LoopStream stream) : UpstreamChannel
{
    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => stream.ReceiveAsync(buffer);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => stream.SendAsync(bytes);

    public override void Close() => stream.Close();

    public override void StartIdle(Action<object?> gone, object? state) => stream.StartIdle(gone, state);

    public override bool EndIdle() => stream.EndIdle();
}
