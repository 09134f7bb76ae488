namespace Weir.Bench.Paths;

/// <summary>
/// nginx with upstream keep-alive, and <c>max_conns</c> with a limit; it has no queue: above the limit it answers 502.
/// Buffers in memory hold what the benchmarks send and fetch, so that nothing goes to a disk.
/// </summary>
internal sealed class NginxPath(PathOptions options) : ProxyProcess(options, ["/usr/sbin/nginx", "-p", "{folder}", "-c", "{config}", "-e", "{folder}/error.log"], $$"""
    daemon off;
    pid {folder}/nginx.pid;
    error_log {folder}/error.log crit;
    worker_processes {{Environment.ProcessorCount}};
    worker_rlimit_nofile 20000;
    events { worker_connections 19000; }
    http {
        access_log off;
        tcp_nodelay on;
        keepalive_requests 1000000000;
        keepalive_timeout 120s;
        client_body_buffer_size 64k;
        client_body_temp_path {folder}/body;
        proxy_temp_path {folder}/proxy;
        fastcgi_temp_path {folder}/fastcgi;
        uwsgi_temp_path {folder}/uwsgi;
        scgi_temp_path {folder}/scgi;
        upstream farm {
            {{(options.Limit is { } limit
                ? $"zone farm 256k; server 127.0.0.1:{options.ServerPort} max_conns={limit} max_fails=0; keepalive {Math.Max(1, limit / Environment.ProcessorCount)};"
                : $"server 127.0.0.1:{options.ServerPort} max_fails=0; keepalive 600; keepalive_requests 1000000000;")}}
        }
        server {
            listen 127.0.0.1:{{options.Port}} backlog=8192 {{(options.Limit is null ? "reuseport" : "")}};
            {{(options.Certificate is { } files
                ? $"listen 127.0.0.1:{options.TlsPort} ssl http2 backlog=8192 reuseport; ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {files.Certificate}; ssl_certificate_key {files.Key};"
                : "")}}
            location / {
                proxy_pass http://farm;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header Host $host;
                proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                proxy_set_header X-Forwarded-Proto $scheme;
                proxy_buffers 8 32k;
                proxy_max_temp_file_size 0;
                proxy_read_timeout 30s;
            }
        }
    }

    """)
{
    public override string Name => "nginx";

    public static async Task<IPath> StartAsync(PathOptions options)
    {
        var path = new NginxPath(options);
        await path.WaitAsync();
        return path;
    }
}
