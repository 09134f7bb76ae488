using Weir.Gateway.Control.Compile;
using Weir.Gateway.Control.Publish;
using Weir.Gateway.Control.Sources;

namespace Weir.Gateway.Control;

/// <summary>Registers configuration: strict at the start, all or nothing at every reload.</summary>
internal static class ControlExtensions
{
    /// <summary>
    /// Compiles the sources and makes the result the host's configuration and our options; watches the files from then on.
    /// </summary>
    /// <param name="builder">A host without any configuration of its own.</param>
    /// <param name="sources">Files, environment and command line.</param>
    /// <param name="addDataPlane">The gateway's registrations, see <see cref="ConfigurationCompiler"/>.</param>
    /// <returns>What it starts with.</returns>
    /// <exception cref="ConfigurationRejectedException">The configuration has faults.</exception>
    public static CompiledConfiguration AddControl(this WebApplicationBuilder builder, SettingsSources sources, Action<IServiceCollection> addDataPlane)
    {
        var compiler = new ConfigurationCompiler(sources, addDataPlane);
        var first = compiler.CompileAsync().GetAwaiter().GetResult();
        if (!first.IsGood)
            throw new ConfigurationRejectedException(first.Errors);

        var published = new PublishedConfiguration();
        published.Publish(first.Candidate.Settings);
        builder.Configuration.Sources.Clear();
        builder.Configuration.Sources.Add(published);

        foreach (var section in Sections.All)
            section.Register(builder.Services, first.Candidate);
        builder.Services.AddSingleton(sources);
        builder.Services.AddSingleton(published);
        builder.Services.AddSingleton(first.Candidate);
        builder.Services.AddSingleton(_ => compiler);
        builder.Services.AddSingleton<ConfigurationMetrics>();
        builder.Services.AddSingleton<ConfigurationPublisher>();
        builder.Services.AddSingleton<IConfigurationStatus>(s => s.GetRequiredService<ConfigurationPublisher>());
        builder.Services.AddSingleton<NamedFiles>();
        builder.Services.AddSingleton<ConfigurationWatcher>();
        builder.Services.AddHostedService(s => s.GetRequiredService<ConfigurationWatcher>());
        return first.Candidate;
    }
}
