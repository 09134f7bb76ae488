using System.CommandLine;
using System.Text.Json.Nodes;
using Weir.Gateway.Cli;
using Weir.Support;
using Weir.Support.Apache;

namespace Weir.Functional.Jail;

/// <summary>Real gateway, real Apache; each client an address of its own in 127/8.</summary>
public sealed class JailTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-jail-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_scanner_and_a_guesser_are_shut_out_others_are_not_and_it_outlives_a_restart_until_an_operator_lifts_it()
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions());
        var whole = GatewayProcess.InFrontOf([apache.Url], (JsonObject)JsonNode.Parse($$"""
            {
              "Jail": {
                "StateFile": "{{_folder}}/jail.state", "SaveDelay": "00:00:00.1",
                "Jails": { "scanners": { "Offences": ["Scanner"], "MaxRetry": 3, "BanTime": "01:00:00" } }
              }
            }
            """)!);
        await using (var gateway = await GatewayProcess.StartAsync(whole))
        {
            for (var i = 0; i < 3; i++)
                Assert.Equal(404, await Visitor.AskAsync(gateway, "127.0.0.2", "/.env"));
            Assert.True(await IsShutOutAsync(gateway, "127.0.0.2"), string.Join('\n', gateway.Log));
            Assert.Equal(200, await Visitor.AskAsync(gateway, "127.0.0.3", "/"));
            Assert.True(await gateway.WaitForLogAsync("127.0.0.2/32 is banned by scanners", TimeSpan.FromSeconds(30)));

            // What an operator bans is shut out too.
            Assert.Equal((0, "127.0.0.4: banned until"), Start(await WeirAsync(gateway, "bans", "add", "127.0.0.4", "--duration", "10m", "--reason", "a guess"), 23));
            Assert.True(await IsShutOutAsync(gateway, "127.0.0.4"));
        }

        await using (var gateway = await GatewayProcess.StartAsync(whole))
        {
            Assert.True(await IsShutOutAsync(gateway, "127.0.0.2"), string.Join('\n', gateway.Log));
            var (code, list) = await WeirAsync(gateway, "bans", "list", "--format", "addresses");
            Assert.Equal((0, "127.0.0.2 127.0.0.4"), (code, string.Join(' ', list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order())));
            Assert.Equal((0, "127.0.0.2: not banned any more\n"), await WeirAsync(gateway, "bans", "remove", "127.0.0.2"));
            Assert.Equal(200, await Visitor.AskAsync(gateway, "127.0.0.2", "/"));

            var file = Path.Combine(_folder, "list.txt");
            await File.WriteAllTextAsync(file, "127.0.5.0/24 1h a whole street\nnobody\n");
            var (imported, text) = await WeirAsync(gateway, "bans", "import", file);
            Assert.Equal(1, imported);
            Assert.Contains("1 banned, 1 not", text, StringComparison.Ordinal);
            Assert.Contains("line 2: 'nobody' is no address and no network.", text, StringComparison.Ordinal);
            Assert.True(await IsShutOutAsync(gateway, "127.0.5.9"));
            Assert.Equal(1, (await WeirAsync(gateway, "bans", "remove", "127.0.0.99")).Code);
        }
    }

    [Fact]
    public async Task Repeated_failed_log_ins_at_an_Apache_are_banned()
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions
        {
            Modules = ["auth_basic", "authn_file", "authn_core", "authz_user"],
            Extra = "<Location \"/private\">\nAuthType Basic\nAuthName private\nAuthUserFile htdocs/users\nRequire valid-user\n</Location>",
        });
        await File.WriteAllTextAsync(Path.Combine(apache.Root, "htdocs", "users"), "somebody:{SHA}fEqNCco3Yq9h5ZUglD3CZJT4lBs=\n");
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.InFrontOf([apache.Url], (JsonObject)JsonNode.Parse(
            """{ "Jail": { "StateFile": "", "Jails": { "logins": { "Offences": ["Auth"], "MaxRetry": 3 } } } }""")!));
        // A browser's first request brings no password, and is no attempt.
        for (var i = 0; i < 5; i++)
            Assert.Equal(401, await Visitor.AskAsync(gateway, "127.0.0.2", "/private"));
        for (var i = 0; i < 3; i++)
            Assert.Equal(401, await Visitor.AskAsync(gateway, "127.0.0.2", "/private", "Authorization: Basic eDp5\r\n"));
        Assert.True(await IsShutOutAsync(gateway, "127.0.0.2"), string.Join('\n', gateway.Log));
        Assert.Equal(200, await Visitor.AskAsync(gateway, "127.0.0.3", "/"));
    }

    [Fact]
    public async Task A_jail_of_Fail2ban_judges_live_traffic()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "filter.d"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "jail.conf"), "[DEFAULT]\nbantime = 10m\nfindtime = 10m\n[bots]\nenabled = true\nfilter = bots\nmaxretry = 2\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "filter.d", "bots.conf"), "[Definition]\nfailregex = ^<HOST> -.*\"(?:GET|POST).*HTTP.*\"(?:[^\"]*EvilBot[^\"]*)\"$\nignoreregex =\n");
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions());
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.InFrontOf([apache.Url], (JsonObject)JsonNode.Parse(
            $$"""{ "Jail": { "StateFile": "", "Fail2ban": { "Folder": "{{_folder}}", "Live": ["bots"] } } }""")!));
        Assert.True(await gateway.WaitForLogAsync("Fail2ban's jails in force: bots (live)", TimeSpan.FromSeconds(60)), string.Join('\n', gateway.Log));
        for (var i = 0; i < 2; i++)
            await Visitor.AskAsync(gateway, "127.0.0.2", "/", "User-Agent: EvilBot/1.0\r\n");
        Assert.Equal(200, await Visitor.AskAsync(gateway, "127.0.0.3", "/", "User-Agent: Mozilla\r\n"));
        Assert.True(await gateway.WaitForLogAsync("127.0.0.2/32 is banned by bots", TimeSpan.FromSeconds(60)), string.Join('\n', gateway.Log));
        Assert.True(await IsShutOutAsync(gateway, "127.0.0.2"));
    }

    private static (int Code, string Text) Start((int Code, string Text) result, int length) =>
        (result.Code, result.Text.Length > length ? result.Text[..length] : result.Text);

    private static async Task<(int Code, string Text)> WeirAsync(GatewayProcess gateway, params string[] arguments)
    {
        using var output = new StringWriter();
        var parsed = WeirCommand.Create().Parse([.. arguments, "--management", gateway.ManagementUrl]);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = output });
        return (code, output.ToString());
    }

    // Refused with 403 and the connection closed, or not even accepted.
    private static async Task<bool> IsShutOutAsync(GatewayProcess gateway, string address)
    {
        for (var i = 0; i < 300; i++)
        {
            if (await Visitor.AskAsync(gateway, address, "/") is 403 or 0)
                return true;
            await Task.Delay(100);
        }

        return false;
    }
}
