namespace Weir.Gateway.Tests.Control;

/// <summary>More than twenty different faults in one file and how each is named.</summary>
internal static class Faults
{
    public const string Twenty =
        """
        {
          "Kestrel": {"Endpoints": {"A": {"Url": "http://127.0.0.1:70000"}, "B": {"Url": "ftp://127.0.0.1"}, "C": {}}},
          "ReverseProxy": {
            "Routes": {
              "r1": {"ClusterId": "shp", "Match": {"Path": "/a"}},
              "r2": {"Match": {"Path": "/b"}},
              "r3": {"ClusterId": "shop", "Order": "first", "Match": {"Path": "/c"}}
            },
            "Clusters": {
              "shop": {"Destinations": {"a": {"Address": "10.0.0.1"}, "b": {}}, "HttpRequest": {"ActivityTimeout": "soon"}},
              "slow": {"LoadBalancingPolicy": "Fastest"}
            }
          },
          "Weir": {
            "Admision": {},
            "Admission": {
              "MaxWiat": "00:00:01",
              "MaxWait": "01:00:00",
              "MaxLength": -1,
              "MaxBytes": "lots",
              "Target": 5,
              "DeadlineHeader": "not a token",
              "Routes": {"r1": {"Priority": "Hihg", "Enabled": "yes", "MaxWait": "soon"}, "r9": {}},
              "Retry": {"MaxAttempts": 11, "MaxAttempt": 1, "Budget": 1.5}
            }
          }
        }
        """;

    public static readonly string[] Named =
    [
        "Kestrel:Endpoints:A:Url is 'http://127.0.0.1:70000'; the port is 70000; allowed: 0 to 65535.",
        "Kestrel:Endpoints:B:Url is 'ftp://127.0.0.1'; the scheme must be http or https.",
        "Kestrel:Endpoints:C:Url is missing; expected http://host:port or https://host:port.",
        "ReverseProxy:Clusters:shop:Destinations:a:Address is '10.0.0.1'; expected an absolute http or https URL.",
        "ReverseProxy:Clusters:shop:Destinations:b:Address is missing; expected an absolute http or https URL.",
        "ReverseProxy:Clusters:shop:HttpRequest:ActivityTimeout is 'soon'; expected a duration as hh:mm:ss, hh:mm:ss.fff or d.hh:mm:ss.",
        "ReverseProxy:Clusters:slow: No matching ILoadBalancingPolicy found for the load balancing policy 'Fastest' set on the cluster 'slow'.",
        "ReverseProxy:Routes:r1:ClusterId is 'shp'; the nearest cluster is 'shop'.",
        "ReverseProxy:Routes:r2:ClusterId is missing; it must name a cluster.",
        "ReverseProxy:Routes:r3:Order is 'first'; expected a whole number from -2147483648 to 2147483647.",
        "Weir:Admision is unknown; the nearest known section is Weir:Admission.",
        "Weir:Admission:DeadlineHeader is 'not a token'; allowed: text that matches ^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$.",
        "Weir:Admission:MaxBytes is 'lots'; expected a whole number, 0 to 1099511627776.",
        "Weir:Admission:MaxLength is -1; allowed: 0 to 1000000.",
        "Weir:Admission:MaxWait is 01:00:00; allowed: 00:00:00.001 to 00:10:00.",
        "Weir:Admission:MaxWiat is unknown; the nearest known key is MaxWait.",
        "Weir:Admission:Retry:Budget is 1.5; allowed: 0 to 1.",
        "Weir:Admission:Retry:MaxAttempt is unknown; the nearest known key is MaxAttempts.",
        "Weir:Admission:Retry:MaxAttempts is 11; allowed: 0 to 10.",
        "Weir:Admission:Routes:r1:Enabled is 'yes'; expected true or false.",
        "Weir:Admission:Routes:r1:MaxWait is 'soon'; expected a duration as hh:mm:ss, hh:mm:ss.fff or d.hh:mm:ss, 00:00:00.001 to 00:10:00.",
        "Weir:Admission:Routes:r1:Priority is 'Hihg'; expected one of High, Normal, Low; the nearest is High.",
        "Weir:Admission:Routes:r9 names no route; the nearest route is 'r1'.",
        "Weir:Admission:Target is '5'; expected a duration as hh:mm:ss, hh:mm:ss.fff or d.hh:mm:ss, 00:00:00.001 to 00:10:00.",
    ];
}
