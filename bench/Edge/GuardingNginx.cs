using Weir.Bench.Paths;

namespace Weir.Bench.Edge;

/// <summary>
/// nginx as its users protect themselves: <c>limit_req</c> and <c>limit_conn</c> by address in front of the origin, and beside it
/// a location for each way of refusing. Nothing is logged.
/// </summary>
internal sealed class GuardingNginx(PathOptions options) : ProxyProcess(options, ["/usr/sbin/nginx", "-p", "{folder}", "-c", "{config}", "-e", "{folder}/error.log"], $$"""
    daemon off;
    pid {folder}/nginx.pid;
    error_log {folder}/error.log crit;
    worker_processes {{Environment.ProcessorCount}};
    worker_rlimit_nofile 20000;
    events { worker_connections 9000; }
    http {
        access_log off;
        tcp_nodelay on;
        keepalive_requests 1000000000;
        keepalive_timeout 120s;
        client_body_temp_path {folder}/body;
        proxy_temp_path {folder}/proxy;
        fastcgi_temp_path {folder}/fastcgi;
        uwsgi_temp_path {folder}/uwsgi;
        scgi_temp_path {folder}/scgi;
        limit_req_zone $binary_remote_addr zone=none:10m rate=1r/m;
        limit_req_zone $binary_remote_addr zone=some:10m rate=2r/s;
        limit_conn_zone $binary_remote_addr zone=connections:10m;
        limit_req_status 429;
        limit_conn_status 429;
        upstream farm { server 127.0.0.1:{{options.ServerPort}} max_fails=0; keepalive 600; keepalive_requests 1000000000; }
        server {
            listen 127.0.0.1:{{options.Port}} backlog=8192 reuseport;
            location / {
                limit_req zone=some burst=2 nodelay;
                limit_conn connections 10;
                proxy_pass http://farm;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header Host $host;
                proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            }
            location = /limited { limit_req zone=none; proxy_pass http://farm; }
            location = /denied { deny all; }
            location = /dropped { return 444; }
        }
    }

    """)
{
    public override string Name => "nginx";

    public static async Task<IPath> StartAsync(PathOptions options)
    {
        var path = new GuardingNginx(options);
        await path.WaitAsync();
        return path;
    }
}
