namespace Weir.Bench.Paths;

/// <summary>Varnish that caches nothing: every request is passed on. It speaks neither TLS nor HTTP/2 over it.</summary>
internal sealed class VarnishPath(PathOptions options) : ProxyProcess(
    options with { Certificate = null },
    [
        "/usr/sbin/varnishd", "-F", "-j", "none", "-n", "{folder}/work", "-f", "{config}", "-a", $"127.0.0.1:{options.Port}", "-T", "none",
        // Threads hold a connection while it is active: enough for the busiest scenario from the start.
        "-p", $"thread_pools={Environment.ProcessorCount}", "-p", "thread_pool_min=300", "-p", "thread_pool_max=2000", "-p", "timeout_idle=120",
        "-s", "Transient=malloc,512m",
    ],
    $$"""
    vcl 4.1;
    backend farm {
        .host = "127.0.0.1";
        .port = "{{options.ServerPort}}";
    }
    sub vcl_recv {
        return (pass);
    }

    """)
{
    public override string Name => "varnish";

    public static async Task<IPath> StartAsync(PathOptions options)
    {
        var path = new VarnishPath(options);
        await path.WaitAsync();
        return path;
    }
}
