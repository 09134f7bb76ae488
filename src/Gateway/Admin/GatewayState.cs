using System.Reflection;

namespace Weir.Gateway.Admin;

/// <summary>Where this process is in its life: starting, serving, draining.</summary>
internal sealed class GatewayState(TimeProvider time)
{
    private volatile bool _started;
    private volatile bool _draining;

    /// <summary>Version of the program, for example 0.1.0.</summary>
    public static string Version { get; } = typeof(GatewayState).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>When the host was built.</summary>
    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>True once the listeners accept connections.</summary>
    public bool IsStarted => _started;

    /// <summary>True from the first signal to end on: still serving, but new work should go elsewhere.</summary>
    public bool IsDraining => _draining;

    public void Started() => _started = true;

    public void Drain() => _draining = true;
}
