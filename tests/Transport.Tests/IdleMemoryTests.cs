using System.Net;
using Weir.Transport.Native;

namespace Weir.Transport.Tests;

public sealed class IdleMemoryTests(ITestOutputHelper output)
{
    private const int Connections = 1000;

    [Fact]
    public async Task An_idle_connection_is_small()
    {
        await using var server = await TestServer.StartAsync(HttpTests.Echo);
        // Descriptors only: the client's own objects would count as well.
        var clients = new int[Connections];
        // The first ones pay for what all share.
        var first = Enumerable.Range(0, 50).Select(_ => Once(server.EndPoint)).ToList();
        var before = Memory();
        for (var i = 0; i < Connections; i++)
            clients[i] = Once(server.EndPoint);

        var bytes = (Memory() - before) / Connections;

        output.WriteLine($"{bytes} bytes per idle connection");
        Assert.InRange(bytes, 0, 12 * 1024);
        foreach (var client in clients.Concat(first))
            _ = Libc.Close(client);
    }

    private static unsafe int Once(IPEndPoint server)
    {
        var client = Libc.Socket(SocketNumbers.InterNetwork, SocketNumbers.Stream | SocketNumbers.CloseOnExec, 0);
        fixed (byte* address = server.Serialize().Buffer.Span)
            Assert.Equal(0, Libc.Connect(client, address, 16));
        fixed (byte* request = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"u8)
            Assert.Equal(28, Libc.Send(client, request, 28, 0));
        var answer = stackalloc byte[1000];
        nint length = 0;
        while (!new ReadOnlySpan<byte>(answer, (int)length).EndsWith("\r\n\r\n/a"u8))
        {
            var received = Libc.Receive(client, answer + length, 1000 - length, 0);
            Assert.True(received > 0);
            length += received;
        }

        return client;
    }

    private static long Memory()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
