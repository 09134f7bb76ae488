using System.Text.Json.Nodes;

namespace Weir.Gateway.Control.Reference;

/// <summary>Outlines YARP's section: the keys that everyone writes are completed, all others are let through.</summary>
internal static class ProxySchema
{
    public static JsonObject Create()
    {
        var match = Object(
            ("Path", Text("Path pattern as ASP.NET Core's routing, for example /shop/{**rest}.")),
            ("Hosts", List("string", "Host names; *.example.org is any sub-domain.")),
            ("Methods", List("string", "HTTP methods; none means all.")),
            ("Headers", List("object", "Header matches.")),
            ("QueryParameters", List("object", "Query parameter matches.")));
        var route = Object(
            ("ClusterId", Text("The cluster that answers.")),
            ("Order", new JsonObject { ["type"] = "integer", ["description"] = "Lower is matched first." }),
            ("Match", match),
            ("Transforms", List("object", "YARP transforms.")),
            ("Metadata", MapOf(new JsonObject { ["type"] = "string" })));
        route["required"] = new JsonArray("ClusterId", "Match");
        var address = Text("Absolute http or https URL of an Apache, for example http://10.0.0.5:80.");
        address["pattern"] = "^[hH][tT][tT][pP][sS]?://";
        var destination = Object(
            ("Address", address),
            ("Health", Text("URL of the health page when it is elsewhere.")),
            ("Host", Text("Host header for this server.")),
            ("Metadata", MapOf(new JsonObject { ["type"] = "string" })));
        destination["required"] = new JsonArray("Address");
        var cluster = Object(
            ("LoadBalancingPolicy", Text("YARP's policies and those of docs/balancing.md.")),
            ("Destinations", MapOf(destination)),
            ("SessionAffinity", new JsonObject { ["type"] = "object" }),
            ("HealthCheck", new JsonObject { ["type"] = "object" }),
            ("HttpClient", new JsonObject { ["type"] = "object" }),
            ("HttpRequest", new JsonObject { ["type"] = "object" }),
            ("Metadata", MapOf(new JsonObject { ["type"] = "string" })));
        return Object(("Routes", MapOf(route)), ("Clusters", MapOf(cluster)));
    }

    private static JsonObject Object(params (string Name, JsonObject Schema)[] properties)
    {
        var all = new JsonObject();
        foreach (var (name, schema) in properties)
            all[name] = schema.DeepClone();
        return new JsonObject { ["type"] = "object", ["properties"] = all };
    }

    private static JsonObject MapOf(JsonObject values) => new() { ["type"] = "object", ["additionalProperties"] = values.DeepClone() };

    private static JsonObject List(string type, string description) =>
        new() { ["type"] = "array", ["description"] = description, ["items"] = new JsonObject { ["type"] = type } };

    private static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };
}
