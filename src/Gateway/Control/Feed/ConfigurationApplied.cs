using Yarp.ReverseProxy.Configuration;

namespace Weir.Gateway.Control.Feed;

/// <summary>
/// Tells when YARP's runtime model has new destinations. It stands alone because YARP's state look-up itself needs every
/// listener: one that asked for the look-up would wait for itself.
/// </summary>
internal sealed class ConfigurationApplied : IConfigChangeListener
{
    /// <summary>Called after each successful configuration.</summary>
    public Action? Handler { get; set; }

    public void ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
    }

    public void ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception)
    {
    }

    void IConfigChangeListener.ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs) => Handler?.Invoke();

    public void ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception)
    {
    }
}
