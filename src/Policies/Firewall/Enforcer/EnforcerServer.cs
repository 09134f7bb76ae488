using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Weir.Policies.Firewall.Enforcer;

/// <summary>
/// The one process with a power over the kernel: it makes its table, then takes commands on a Unix socket. What is dropped
/// goes on being dropped while it is away.
/// </summary>
public sealed partial class EnforcerServer(EnforcerOptions options, ILogger logger)
{
    /// <summary>Connections at once: the gateway's, and that of its successor.</summary>
    public const int MaxConnections = 4;

    // ENXIO.
    private const int NoDevice = 6;

    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <summary>Runs until it is cancelled.</summary>
    /// <param name="ready">Called when it listens.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="EnforcerException">It cannot start; the message says why.</exception>
    public async Task RunAsync(Action? ready, CancellationToken cancel)
    {
        if (!TableName().IsMatch(options.Table))
            throw new EnforcerException($"--table is '{options.Table}'; allowed: 1 to 32 letters, digits and underscores, a letter first.");
        using var rules = new EnforcerRules(options);
        await rules.PrepareAsync(cancel);
        using var listener = Listen();
        FirewallLog.Enforcing(logger, options.Table, options.Socket, options.Max);
        ready?.Invoke();
        var sessions = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(cancel);
                sessions.RemoveAll(static s => s.IsCompleted);
                if (sessions.Count >= MaxConnections || !IsAllowed(socket))
                    socket.Dispose();
                else
                    sessions.Add(ServeAsync(socket, rules, cancel));
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await Task.WhenAll(sessions);
            if (options.FlushOnExit)
                await rules.DeleteAsync(CancellationToken.None);
        }
        finally
        {
            File.Delete(options.Socket);
        }
    }

    private Socket Listen()
    {
        var address = new UnixDomainSocketEndPoint(options.Socket);
        if (File.Exists(options.Socket))
        {
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                probe.Connect(address);
                throw new EnforcerException($"--socket is '{options.Socket}', and another process listens there.");
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused && IsSocket(options.Socket))
            {
                // Left behind by one that was killed.
                File.Delete(options.Socket);
            }
            catch (SocketException error)
            {
                throw new EnforcerException($"--socket is '{options.Socket}'; what is there cannot be replaced: it is no socket, or may not be asked ({error.Message}).");
            }
        }

        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(address);
            // Nobody can connect before it listens, so the mode is in force in time.
            if (OperatingSystem.IsLinux())
                File.SetUnixFileMode(options.Socket, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
            listener.Listen(MaxConnections);
            return listener;
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
            throw new EnforcerException($"--socket is '{options.Socket}', which cannot be listened on: {error.Message}.");
        }
    }

    // Linux refuses to connect to any file; only a socket cannot be opened at all. For reading and writing: so a pipe does not wait.
    private static bool IsSocket(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            return false;
        }
        catch (IOException error)
        {
            return error.HResult == NoDevice;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool IsAllowed(Socket socket)
    {
        if (options.AllowedUids.Count == 0)
            return true;
        // struct ucred: pid, uid, gid.
        Span<byte> credentials = stackalloc byte[12];
        socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials);
        var uid = MemoryMarshal.Cast<byte, int>(credentials)[1];
        if (options.AllowedUids.Contains(uid))
            return true;
        FirewallLog.Stranger(logger, uid);
        return false;
    }

    private async Task ServeAsync(Socket socket, EnforcerRules rules, CancellationToken cancel)
    {
        await using var lines = new LineStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await new EnforcerSession(lines, rules, logger).RunAsync(cancel);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException)
        {
            // The other side went, or was too slow, or this process ends.
        }
        catch (Exception error)
        {
            // One connection's end. The process goes on, and its own end is not disturbed.
            FirewallLog.SessionFailed(logger, error);
        }
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]{0,31}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TableName();
}
