using Weir.Support.Apache;

namespace Weir.Bench.Paths;

/// <summary>HAProxy with <c>maxconn</c> per server: a first-in-first-out queue in front of the Apache.</summary>
internal sealed class HaproxyPath(int port, int apachePort, int limit, int queueTimeoutMilliseconds) : ProxyProcess(port, ["/usr/sbin/haproxy", "-W", "-db", "-q", "-f", "{config}"], $"""
    global
        maxconn 9000
        nbthread {Environment.ProcessorCount}
    defaults
        mode http
        option redispatch
        retries 3
        retry-on conn-failure empty-response
        http-reuse safe
        timeout connect 5s
        timeout client 30s
        timeout server 30s
        timeout queue {queueTimeoutMilliseconds}ms
        timeout http-request 10s
        timeout http-keep-alive 30s
    frontend front
        bind 127.0.0.1:{port}
        default_backend farm
    backend farm
        balance leastconn
        server apache 127.0.0.1:{apachePort} maxconn {limit} pool-max-conn {limit}

    """)
{
    public override string Name => "haproxy";

    public static async Task<IPath> StartAsync(int apachePort, int limit, int queueTimeoutMilliseconds = 30_000)
    {
        var path = new HaproxyPath(ApacheServer.FreePort(), apachePort, limit, queueTimeoutMilliseconds);
        await path.WaitAsync();
        return path;
    }
}
