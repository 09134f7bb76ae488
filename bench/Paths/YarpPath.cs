namespace Weir.Bench.Paths;

/// <summary>YARP as its documentation sets it up, without Weir: bench/PlainYarp in a process of its own.</summary>
internal sealed class YarpPath(PathOptions options) : ProxyProcess(options, Command(options), "")
{
    public override string Name => "yarp";

    public static async Task<IPath> StartAsync(PathOptions options)
    {
        var path = new YarpPath(options);
        await path.WaitAsync();
        return path;
    }

    /// <summary>Program and arguments.</summary>
    public static string[] Command(PathOptions options) =>
    [
        "dotnet",
        Path.Combine(AppContext.BaseDirectory, "Weir.PlainYarp.dll"),
        $"http://127.0.0.1:{options.ServerPort}/",
        $"{options.Port}",
        .. options.Certificate is { } files ? [$"{options.TlsPort}", files.Certificate, files.Key] : Array.Empty<string>(),
    ];
}
