using System.Net;
using Weir.Support.Apache;

namespace Weir.Bench.Paths;

/// <summary>
/// The server behind every proxy of the comparison: an nginx with small and large static files, a POST that is answered
/// after its body was read, and a count of its requests. Cheap, so that the proxy is what is measured.
/// </summary>
internal sealed class OriginPath : ProxyProcess
{
    private readonly HttpClient _http = new();
    private readonly int _statusPort;

    private OriginPath(PathOptions options, int statusPort)
        : base(options, ["/usr/sbin/nginx", "-p", "{folder}", "-c", "{config}", "-e", "{folder}/error.log"], $$"""
            daemon off;
            pid {folder}/nginx.pid;
            error_log {folder}/error.log crit;
            worker_processes {{Environment.ProcessorCount}};
            worker_rlimit_nofile 20000;
            events { worker_connections 9000; }
            http {
                access_log off;
                sendfile on;
                tcp_nopush on;
                tcp_nodelay on;
                open_file_cache max=100 inactive=1h;
                keepalive_requests 1000000000;
                keepalive_timeout 1h;
                keepalive_time 24h;
                client_header_buffer_size 4k;
                client_body_buffer_size 64k;
                client_body_temp_path {folder}/body;
                proxy_temp_path {folder}/proxy;
                fastcgi_temp_path {folder}/fastcgi;
                uwsgi_temp_path {folder}/uwsgi;
                scgi_temp_path {folder}/scgi;
                default_type text/html;
                server {
                    listen 127.0.0.1:{{options.Port}} backlog=8192 reuseport;
                    root {folder}/files;
                    add_header Cache-Control "public, max-age=300";
                    add_header Vary Accept-Encoding;
                    add_header X-Content-Type-Options nosniff;
                    add_header X-Frame-Options SAMEORIGIN;
                    add_header Set-Cookie "session=0123456789abcdef0123456789abcdef; Path=/; HttpOnly";
                    # The mirror has the body read, all of it; the static file then refuses the method, and @done answers.
                    location = /post { mirror /nothing; error_page 405 =200 @done; }
                    location = /nothing { internal; return 204; }
                    location @done { return 200 "{\"stored\":true}\n"; }
                }
                server {
                    listen 127.0.0.1:{{statusPort}};
                    location / { stub_status; }
                }
            }

            """) => _statusPort = statusPort;

    public override string Name => "origin";

    public static async Task<OriginPath> StartAsync()
    {
        var origin = new OriginPath(new PathOptions { ServerPort = 0 }, ApacheServer.FreePort());
        origin.WriteFile("1k", 1024);
        origin.WriteFile("64k", 64 * 1024);
        origin.WriteFile("1m", 1024 * 1024);
        origin.WriteFile("post", 16);
        await origin.WaitAsync();
        return origin;
    }

    /// <summary>Requests that it has been asked so far; a few of them are these questions.</summary>
    public async Task<long> CountAsync()
    {
        // Third line: accepts, handled, requests, after a line of headings.
        var text = await _http.GetStringAsync($"http://{IPAddress.Loopback}:{_statusPort}/");
        return long.Parse(text.Split('\n')[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]);
    }

    public override ValueTask DisposeAsync()
    {
        _http.Dispose();
        return base.DisposeAsync();
    }

    private void WriteFile(string name, int bytes)
    {
        var folder = Path.Combine(Folder, "files");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name), new string('x', bytes));
    }
}
