namespace Weir.Bench.Paths;

/// <summary>HAProxy: with a limit <c>maxconn</c> per server, a first-in-first-out queue in front of the Apache.</summary>
internal sealed class HaproxyPath(PathOptions options) : ProxyProcess(options, ["/usr/sbin/haproxy", "-W", "-db", "-q", "-f", "{config}"], $$"""
    global
        maxconn 9000
        nbthread {{Environment.ProcessorCount}}
    defaults
        mode http
        option redispatch
        option forwardfor
        retries 3
        retry-on conn-failure empty-response
        http-reuse {{(options.Limit is null ? "always" : "safe")}}
        timeout connect 5s
        timeout client 60s
        timeout server 30s
        timeout queue {{options.QueueTimeoutMilliseconds}}ms
        timeout http-request 10s
        timeout http-keep-alive 60s
    frontend front
        bind 127.0.0.1:{{options.Port}}
        {{(options.Certificate is { } files ? $"bind 127.0.0.1:{options.TlsPort} ssl crt {files.Both} alpn h2,http/1.1" : "")}}
        http-request set-header X-Forwarded-Proto https if { ssl_fc }
        http-request set-header X-Forwarded-Proto http if !{ ssl_fc }
        default_backend farm
    backend farm
        balance leastconn
        server apache 127.0.0.1:{{options.ServerPort}} {{(options.Limit is { } limit ? $"maxconn {limit} pool-max-conn {limit}" : "")}}

    """)
{
    public override string Name => "haproxy";

    public static async Task<IPath> StartAsync(PathOptions options)
    {
        var path = new HaproxyPath(options);
        await path.WaitAsync();
        return path;
    }
}
