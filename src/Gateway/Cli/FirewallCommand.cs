using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Console;
using Weir.Policies.Firewall;
using Weir.Policies.Firewall.Enforcer;

namespace Weir.Gateway.Cli;

/// <summary><c>weir firewall</c>: the process that may change the kernel's rules, and routes for ExaBGP.</summary>
internal static class FirewallCommand
{
    public static Command Create() =>
        new("firewall", "Drop banned clients in the kernel, or announce them to routers.") { Enforce(), ExaBgpCommand.Create() };

    private static Command Enforce()
    {
        var defaults = new FirewallOptions();
        var socket = new Option<string>("--socket") { Description = "Unix socket to listen on, mode 0660.", HelpName = "PATH", DefaultValueFactory = _ => defaults.Socket };
        var nft = new Option<string>("--nft") { Description = "The nft program.", HelpName = "PATH", DefaultValueFactory = _ => "/usr/sbin/nft" };
        var table = new Option<string>("--table") { Description = "nftables table of family inet; it belongs to the enforcer alone.", DefaultValueFactory = _ => "weir" };
        var max = new Option<int>("--max") { Description = "Networks at once, 1 to 1000000.", DefaultValueFactory = _ => defaults.MaxEntries };
        var never = new Option<string[]>("--never")
        {
            Description = "Network that is never dropped; may be given several times and replaces the default, loopback and link-local.",
            HelpName = "NETWORK",
            DefaultValueFactory = _ => [.. defaults.Never],
        };
        var ports = new Option<int[]>("--port")
        {
            Description = "Port of the gateway's listeners; may be given several times. Only packets to these ports are dropped; without it packets to any port.",
            HelpName = "PORT",
        };
        var uids = new Option<int[]>("--allow-uid")
        {
            Description = "User id that may connect; may be given several times. Without it the socket's mode and group decide.",
            HelpName = "UID",
        };
        var flush = new Option<bool>("--flush-on-exit") { Description = "Take the table away at the end; otherwise what is banned stays so until its time is over." };
        var command = new Command("enforce", "Keep the bans of a gateway in nftables. Needs CAP_NET_ADMIN and nothing else of root.")
        {
            socket, nft, table, max, never, ports, uids, flush,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var errors = parsed.InvocationConfiguration.Error;
            var networks = new List<IPNetwork>();
            foreach (var text in parsed.GetValue(never) ?? [])
            {
                if (!Networks.TryParse(text, out var network))
                {
                    await errors.WriteLineAsync($"--never is '{text}'; allowed: an address or a network such as 192.0.2.0/24.");
                    return 1;
                }

                networks.Add(network);
            }

            if (parsed.GetValue(max) is < 1 or > 1_000_000)
            {
                await errors.WriteLineAsync($"--max is {parsed.GetValue(max)}; allowed: 1 to 1000000.");
                return 1;
            }

            foreach (var port in parsed.GetValue(ports) ?? [])
            {
                if (port is < 1 or > 65535)
                {
                    await errors.WriteLineAsync($"--port is {port}; allowed: 1 to 65535.");
                    return 1;
                }
            }

            return await RunAsync(new EnforcerOptions
            {
                Socket = parsed.GetValue(socket)!,
                Nft = parsed.GetValue(nft)!,
                Table = parsed.GetValue(table)!,
                Max = parsed.GetValue(max),
                Never = networks,
                Ports = parsed.GetValue(ports) ?? [],
                AllowedUids = parsed.GetValue(uids) ?? [],
                FlushOnExit = parsed.GetValue(flush),
            }, errors, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(EnforcerOptions options, TextWriter errors, CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            end.Cancel();
        }

        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        }));
        try
        {
            var notifier = new Admin.SystemdNotifier(loggers.CreateLogger<Admin.SystemdNotifier>());
            await new EnforcerServer(options, loggers.CreateLogger<EnforcerServer>()).RunAsync(() => notifier.Notify("READY=1"), end.Token);
            return 0;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return 0;
        }
        catch (EnforcerException error)
        {
            await errors.WriteLineAsync(error.Message);
            return 1;
        }
    }
}
