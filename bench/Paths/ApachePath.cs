namespace Weir.Bench.Paths;

/// <summary>
/// Apache's mod_proxy_http on the event MPM: one process per core with threads for the busiest scenario, kept-alive
/// connections to the server, HTTP/2 by mod_http2.
/// </summary>
internal sealed class ApachePath(PathOptions options) : ProxyProcess(options, ["/usr/sbin/apache2", "-f", "{config}", "-DFOREGROUND"], $$"""
    ServerRoot {folder}
    ServerName localhost
    DefaultRuntimeDir {folder}
    PidFile {folder}/httpd.pid
    Mutex file:{folder} default
    ErrorLog {folder}/error.log
    LogLevel crit
    {{Modules("mpm_event", "authz_core", "proxy", "proxy_http", "ssl", "http2")}}
    {{(Environment.UserName == "root" ? "User www-data\nGroup www-data" : "")}}
    StartServers {{Environment.ProcessorCount}}
    ServerLimit {{Environment.ProcessorCount}}
    ThreadLimit 512
    ThreadsPerChild 512
    MaxRequestWorkers {{Environment.ProcessorCount * 512}}
    MinSpareThreads {{Environment.ProcessorCount * 512}}
    MaxSpareThreads {{Environment.ProcessorCount * 512}}
    MaxConnectionsPerChild 0
    AsyncRequestWorkerFactor 16
    KeepAlive On
    KeepAliveTimeout 120
    MaxKeepAliveRequests 0
    Listen 127.0.0.1:{{options.Port}}
    ProxyPass / http://127.0.0.1:{{options.ServerPort}}/ enablereuse=on ttl=60
    {{(options.Certificate is { } files ? $"""
        Listen 127.0.0.1:{options.TlsPort} https
        Protocols h2 http/1.1
        <VirtualHost 127.0.0.1:{options.TlsPort}>
            SSLEngine on
            SSLCertificateFile {files.Certificate}
            SSLCertificateKeyFile {files.Key}
            ProxyPass / http://127.0.0.1:{options.ServerPort}/ enablereuse=on ttl=60
        </VirtualHost>
        """ : "")}}

    """)
{
    public override string Name => "apache";

    public static async Task<IPath> StartAsync(PathOptions options)
    {
        var path = new ApachePath(options);
        await path.WaitAsync();
        return path;
    }

    private static string Modules(params string[] names) =>
        string.Join('\n', names.Select(n => $"LoadModule {n}_module /usr/lib/apache2/modules/mod_{n}.so"));
}
