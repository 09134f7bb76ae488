using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Weir.Forwarding.Buffering;

namespace Weir.Forwarding.Tests.Buffering;

/// <summary>Spools as the gateway makes them, with bounds of the test's choice and a folder of the test's own.</summary>
internal sealed class SpoolBench : IDisposable
{
    private readonly ServiceProvider _services;

    public SpoolBench(Action<BufferingOptions>? options = null, TimeProvider? clock = null, ILoggerProvider? log = null)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("spool-").FullName;
        var services = new ServiceCollection().AddMetrics().AddLogging(l =>
        {
            if (log is not null)
                l.AddProvider(log);
        });
        services.Configure<BufferingOptions>(o =>
        {
            o.Directory = Directory;
            options?.Invoke(o);
        });
        services.AddSingleton(clock ?? TimeProvider.System);
        services.AddSingleton<BufferingRulesSource>().AddSingleton<SpoolBudget>().AddSingleton<BufferingMetrics>().AddSingleton<SpoolFiles>().AddSingleton<Spools>();
        _services = services.BuildServiceProvider();
        Metrics = new MetricsOf(_services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
    }

    public string Directory { get; }

    public IServiceProvider Services => _services;

    public Spools Spools => _services.GetRequiredService<Spools>();

    public SpoolBudget Budget => _services.GetRequiredService<SpoolBudget>();

    public MetricsOf Metrics { get; }

    public long MemoryBytes => Budget.MemoryBytes(SpoolKind.Upload) + Budget.MemoryBytes(SpoolKind.Answer);

    public long FileBytes => Budget.FileBytes(SpoolKind.Upload) + Budget.FileBytes(SpoolKind.Answer);

    /// <summary>Bytes that differ from their neighbours, from a place in an endless stream.</summary>
    public static byte[] Bytes(int count, long from = 0)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
            bytes[i] = (byte)((from + i) * 31 % 251);
        return bytes;
    }

    /// <summary>Reads until the writer's end.</summary>
    public static async Task<byte[]> ReadAllAsync(Spool spool)
    {
        var all = new MemoryStream();
        while (true)
        {
            var bytes = await spool.ReadAsync();
            if (bytes.IsEmpty)
                return all.ToArray();
            all.Write(bytes.Span);
            spool.Advance(bytes.Length);
        }
    }

    public void AssertNothingHeld()
    {
        Assert.Equal(0, MemoryBytes);
        Assert.Equal(0, FileBytes);
        Assert.Empty(System.IO.Directory.EnumerateFileSystemEntries(Directory));
    }

    public void Dispose()
    {
        Metrics.Dispose();
        _services.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
