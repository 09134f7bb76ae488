using Weir.Support.Apache;

namespace Weir.Bench.Paths;

/// <summary>nginx with <c>max_conns</c> and upstream keep-alive; it has no queue: above the limit it answers 502.</summary>
internal sealed class NginxPath(int port, int apachePort, int limit) : ProxyProcess(port, ["/usr/sbin/nginx", "-p", "{folder}", "-c", "{config}", "-e", "{folder}/error.log"], $$"""
    daemon off;
    pid {folder}/nginx.pid;
    error_log {folder}/error.log crit;
    worker_processes {{Environment.ProcessorCount}};
    worker_rlimit_nofile 20000;
    events { worker_connections 9000; }
    http {
        access_log off;
        keepalive_requests 1000000;
        keepalive_timeout 60s;
        client_body_temp_path {folder}/body;
        proxy_temp_path {folder}/proxy;
        fastcgi_temp_path {folder}/fastcgi;
        uwsgi_temp_path {folder}/uwsgi;
        scgi_temp_path {folder}/scgi;
        upstream farm {
            zone farm 256k;
            server 127.0.0.1:{{apachePort}} max_conns={{limit}} max_fails=0;
            keepalive {{Math.Max(1, limit / Environment.ProcessorCount)}};
        }
        server {
            listen 127.0.0.1:{{port}} backlog=8192;
            location / {
                proxy_pass http://farm;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_read_timeout 30s;
            }
        }
    }

    """)
{
    public override string Name => "nginx";

    public static async Task<IPath> StartAsync(int apachePort, int limit)
    {
        var path = new NginxPath(ApacheServer.FreePort(), apachePort, limit);
        await path.WaitAsync();
        return path;
    }
}
