using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Functional.Firewall;

/// <summary>The process as ExaBGP runs it: what it writes is read, and each line is answered.</summary>
public sealed class ExaBgpTests
{
    // 5 bytes an answer: a pipe holds 13,107 of them.
    private const int Routes = 30_000;

    [Fact]
    public async Task Answers_that_nobody_asked_for_do_not_stop_it()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        using var feed = new TcpListener(IPAddress.Loopback, 0);
        feed.Start();
        var serving = ServeAsync(feed, limit.Token);
        var url = $"http://127.0.0.1:{((IPEndPoint)feed.LocalEndpoint).Port}";
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Weir.Gateway.dll"), "firewall", "exabgp", "--management", url, "--interval", "1"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            // As ExaBGP does: one command, one answer, and the next command is read only when the answer is written.
            for (var i = 0; i < Routes; i++)
            {
                Assert.StartsWith("announce route ", await process.StandardOutput.ReadLineAsync(limit.Token), StringComparison.Ordinal);
                await process.StandardInput.WriteAsync("done\n".AsMemory(), limit.Token);
                await process.StandardInput.FlushAsync(limit.Token);
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            await limit.CancelAsync();
            await serving;
        }
    }

    private static async Task ServeAsync(TcpListener feed, CancellationToken cancel)
    {
        var body = new StringBuilder();
        for (var i = 0; i < Routes; i++)
            body.Append(CultureInfo.InvariantCulture, $"announce route 10.{i >> 16}.{(i >> 8) & 255}.{i & 255}/32 next-hop self community [65535:666]\n");
        var answer = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
        try
        {
            while (true)
            {
                using var client = await feed.AcceptTcpClientAsync(cancel);
                var stream = client.GetStream();
                // The request: what it asks for does not matter.
                Assert.NotEqual(0, await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: cancel));
                await stream.WriteAsync(answer, cancel);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The end of the test.
        }
    }
}
