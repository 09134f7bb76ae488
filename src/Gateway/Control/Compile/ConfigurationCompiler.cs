using Weir.Gateway.Control.Sources;
using Yarp.ReverseProxy.Configuration;

namespace Weir.Gateway.Control.Compile;

/// <summary>
/// Makes a checked configuration out of a snapshot of the sources, or the list of everything that is wrong with it. Changes
/// nothing and starts nothing; the same input gives the same faults in the same order.
/// </summary>
internal sealed class ConfigurationCompiler : IAsyncDisposable
{
    private static readonly ICrossCheck[] OwnChecks =
    [
        new ProxyReferencesCheck(), new KestrelCheck(), new KestrelOptionsCheck(), new RouteNamesCheck(), new RouteSettingsCheck(),
        new FarmServersCheck(), new ProxyEndpointsCheck(), new ThrottleCheck(),
    ];

    private readonly SettingsSources _sources;
    private readonly IReadOnlyList<Section> _sections;
    private readonly ServiceProvider _services;

    /// <param name="sources">Files, environment and command line.</param>
    /// <param name="addDataPlane">The registrations of the gateway, for YARP's validator to know our policies; nothing of it is started.</param>
    /// <param name="sections">Ours; null takes <see cref="Sections.All"/>.</param>
    public ConfigurationCompiler(SettingsSources sources, Action<IServiceCollection> addDataPlane, IReadOnlyList<Section>? sections = null)
    {
        _sources = sources;
        _sections = sections ?? Sections.All;
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddOptions();
        services.AddSingleton(TimeProvider.System);
        addDataPlane(services);
        services.AddReverseProxy();
        _services = services.BuildServiceProvider();
    }

    /// <summary>Reads the sources now and compiles them.</summary>
    public Task<CompileResult> CompileAsync() => CompileAsync(_sources.Take());

    /// <summary>Compiles a snapshot of the files together with environment and command line.</summary>
    public async Task<CompileResult> CompileAsync(SettingsSnapshot snapshot)
    {
        var errors = new ErrorList();
        var settings = _sources.Read(snapshot, errors);
        var configuration = settings.ToConfiguration();
        var options = BindSections(settings, configuration, errors);
        var proxy = new ProxyCompiler(_services.GetRequiredService<IConfigValidator>());
        var (routes, clusters) = await proxy.CompileAsync(settings, configuration, errors);
        var candidate = new CompiledConfiguration
        {
            Settings = settings,
            Hash = snapshot.Hash,
            Options = options,
            Routes = routes,
            Clusters = clusters,
        };
        foreach (var check in OwnChecks.Append(new CertificateCheck(_sources.ContentRoot)).Concat(_services.GetServices<ICrossCheck>()))
            check.Check(candidate, errors);
        return new CompileResult(candidate, errors.ToSorted());
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private Dictionary<string, object> BindSections(Settings settings, IConfigurationRoot configuration, ErrorList errors)
    {
        CheckSectionNames(settings, errors);
        var binder = new StrictBinder(settings, errors);
        var options = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        foreach (var section in _sections)
        {
            var bound = binder.Bind(configuration.GetSection(section.Path), section.Type);
            options[section.Path] = bound;
            foreach (var failure in section.Validate(bound, _services))
            {
                var key = KeyOf(failure, section.Path);
                if (!errors.Has(key))
                    errors.Add(key, failure, settings.OriginOf(key));
            }
        }

        return options;
    }

    private void CheckSectionNames(Settings settings, ErrorList errors)
    {
        var known = _sections.Select(s => s.Path.Split(':')[1]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (settings.ValueOf("Weir") is { Length: > 0 } text)
            errors.Add("Weir", $"Weir is '{text}'; expected an object with the keys {string.Join(", ", known)}.", settings.OriginOf("Weir"));
        foreach (var name in settings.ChildrenOf("Weir").Where(n => !known.Contains(n)))
        {
            var key = $"Weir:{name}";
            errors.Add(key, $"{key} is unknown; the nearest known section is Weir:{NearestKey.Of(name, known)}.", settings.OriginOf(key));
        }
    }

    private static string KeyOf(string failure, string section)
    {
        var word = failure.Split(' ', 2)[0].TrimEnd('.', ',', ':');
        return word.StartsWith(section, StringComparison.OrdinalIgnoreCase) ? word : section;
    }
}
