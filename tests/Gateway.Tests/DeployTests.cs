using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Serialization;

namespace Weir.Gateway.Tests;

/// <summary>What the files under deploy/ promise each other.</summary>
public sealed class DeployTests
{
    private static readonly JsonNode Deployment = Load("deployment.yaml");
    private static readonly JsonNode Pod = Deployment["spec"]!["template"]!["spec"]!;
    private static readonly JsonNode Container = Pod["containers"]![0]!;
    private static readonly JsonNode Settings = JsonNode.Parse(Text(Load("configmap.yaml")["data"]!["appsettings.json"]))!;

    [Fact]
    public void Every_manifest_is_listed_in_the_kustomization_and_is_there()
    {
        var listed = Load("kustomization.yaml")["resources"]!.AsArray().Select(Text).Order(StringComparer.Ordinal);
        var present = Repository.Files("deploy/k8s", ".yaml").Select(Path.GetFileName).Where(f => f != "kustomization.yaml").Order(StringComparer.Ordinal);

        Assert.Equal(present, listed);
    }

    [Theory]
    [InlineData("startupProbe", "/livez")]
    [InlineData("livenessProbe", "/livez")]
    [InlineData("readinessProbe", "/readyz")]
    public void Each_probe_asks_the_management_listener_on_a_declared_port(string probe, string path)
    {
        var port = Port(Text(Container[probe]!["httpGet"]!["port"]));

        Assert.Equal(path, Text(Container[probe]!["httpGet"]!["path"]));
        Assert.Equal(new Uri(Text(Settings["Weir"]!["Management"]!["Url"])).Port, port);
    }

    [Fact]
    public void The_service_reaches_the_public_listener_and_not_the_management_one()
    {
        var service = Load("service.yaml")["spec"]!;
        var targets = service["ports"]!.AsArray().Select(p => Port(Text(p!["targetPort"])));

        Assert.Equal([new Uri(Text(Settings["Kestrel"]!["Endpoints"]!["Http"]!["Url"])).Port], targets);
    }

    [Fact]
    public void All_selectors_match_the_pods_labels()
    {
        var labels = Deployment["spec"]!["template"]!["metadata"]!["labels"]!.ToJsonString();

        Assert.Equal(labels, Deployment["spec"]!["selector"]!["matchLabels"]!.ToJsonString());
        Assert.Equal(labels, Load("service.yaml")["spec"]!["selector"]!.ToJsonString());
        Assert.Equal(labels, Load("poddisruptionbudget.yaml")["spec"]!["selector"]!["matchLabels"]!.ToJsonString());
    }

    [Fact]
    public void The_grace_period_is_longer_than_drain_delay_and_timeout()
    {
        var shutdown = Settings["Weir"]!["Shutdown"]!;
        var needed = Duration(shutdown["DrainDelay"]) + Duration(shutdown["Timeout"]);

        Assert.True(Number(Pod["terminationGracePeriodSeconds"]) > needed.TotalSeconds);
    }

    [Fact]
    public void The_number_of_gateways_is_what_the_farm_is_divided_by_and_an_update_adds_none()
    {
        Assert.Equal(Number(Deployment["spec"]!["replicas"]), Number(Settings["Weir"]!["Farm"]!["Gateways"]));
        Assert.Equal(0, Number(Deployment["spec"]!["strategy"]!["rollingUpdate"]!["maxSurge"]));
    }

    [Fact]
    public void The_pod_has_no_power_that_it_does_not_need()
    {
        var pod = Pod["securityContext"]!;
        var container = Container["securityContext"]!;

        Assert.Equal("true", Text(pod["runAsNonRoot"]));
        Assert.NotEqual(0, Number(pod["runAsUser"]));
        Assert.Equal("RuntimeDefault", Text(pod["seccompProfile"]!["type"]));
        Assert.Equal("false", Text(container["allowPrivilegeEscalation"]));
        Assert.Equal("true", Text(container["readOnlyRootFilesystem"]));
        Assert.Equal(["ALL"], container["capabilities"]!["drop"]!.AsArray().Select(Text));
        Assert.Equal("false", Text(Pod["automountServiceAccountToken"]));
    }

    [Fact]
    public void The_configuration_is_mounted_as_a_directory_where_the_command_line_looks_for_it()
    {
        var mounts = Container["volumeMounts"]!.AsArray();
        var configuration = mounts.Single(m => Text(m!["name"]) == "configuration")!;
        var token = mounts.Single(m => Text(m!["name"]) == "token")!;

        Assert.Null(configuration["subPath"]);
        Assert.Contains(Text(configuration["mountPath"]) + "/appsettings.json", Container["args"]!.AsArray().Select(Text));
        var buffers = mounts.Single(m => Text(m!["name"]) == "buffers")!;
        Assert.Equal(Text(buffers["mountPath"]), Text(Settings["Weir"]!["Buffering"]!["Directory"]));
        Assert.Contains(Pod["volumes"]!.AsArray(), v => Text(v!["name"]) == "buffers" && v["emptyDir"] is not null);
        Assert.StartsWith(Text(token["mountPath"]) + "/", Text(Settings["Weir"]!["Management"]!["TokenFile"]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_unit_stops_no_sooner_than_the_gateway_and_keeps_only_the_capability_for_low_ports()
    {
        var unit = File.ReadAllLines(Repository.At("deploy/systemd/weir.service"));

        Assert.Contains("Type=notify", unit);
        Assert.Contains("DynamicUser=yes", unit);
        Assert.Contains("ProtectSystem=strict", unit);
        Assert.Contains("NoNewPrivileges=yes", unit);
        Assert.Contains("CapabilityBoundingSet=CAP_NET_BIND_SERVICE", unit);
        // The defaults of Weir:Shutdown, 5 s and 30 s.
        Assert.True(int.Parse(unit.Single(l => l.StartsWith("TimeoutStopSec=", StringComparison.Ordinal))["TimeoutStopSec=".Length..], CultureInfo.InvariantCulture) > 35);
    }

    [Fact]
    public void The_image_runs_as_an_ordinary_user_and_copies_every_project_of_src()
    {
        var lines = File.ReadAllLines(Repository.At("deploy/container/Dockerfile"));

        Assert.Equal($"USER {Text(Pod["securityContext"]!["runAsUser"])}", lines.Single(l => l.StartsWith("USER ", StringComparison.Ordinal)));
        foreach (var project in Directory.EnumerateDirectories(Repository.At("src")).Select(Path.GetFileName))
            Assert.Contains($"COPY src/{project}/*.csproj src/{project}/", lines);
    }

    private static int Port(string nameOrNumber) =>
        int.TryParse(nameOrNumber, CultureInfo.InvariantCulture, out var number)
            ? number
            : Number(Container["ports"]!.AsArray().Single(p => Text(p!["name"]) == nameOrNumber)!["containerPort"]);

    private static TimeSpan Duration(JsonNode? node) => TimeSpan.Parse(Text(node), CultureInfo.InvariantCulture);

    private static int Number(JsonNode? node) => int.Parse(Text(node), CultureInfo.InvariantCulture);

    private static string Text(JsonNode? node) => node!.GetValue<JsonElement>().ToString().Replace("True", "true", StringComparison.Ordinal).Replace("False", "false", StringComparison.Ordinal);

    // Every scalar becomes a string: YAML's own types play no part in these checks.
    private static JsonNode Load(string file)
    {
        var yaml = new DeserializerBuilder().Build().Deserialize<object>(File.ReadAllText(Repository.At($"deploy/k8s/{file}")));
        return JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(yaml))!;
    }
}
