using Microsoft.Extensions.Options;
using Weir.Gateway.Control.Compile;
using Weir.Gateway.Control.Publish;

namespace Weir.Gateway.Control;

/// <summary>One of our sections: where it lives, its options class and the rules across its fields.</summary>
internal abstract class Section
{
    /// <summary>Full key path, <c>Weir:Admission</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The options class.</summary>
    public abstract Type Type { get; }

    /// <summary>A section bound to <typeparamref name="T"/>.</summary>
    /// <param name="path">Full key path.</param>
    /// <param name="validators">Rules across fields; those registered in the container as <c>IValidateOptions</c> run too.</param>
    public static Section Of<T>(string path, params IValidateOptions<T>[] validators)
        where T : class, new() => new Bound<T>(validators) { Path = path };

    /// <summary>Runs the rules across fields; the failures are full sentences that start with a key path.</summary>
    public abstract IEnumerable<string> Validate(object options, IServiceProvider services);

    /// <summary>Registers the monitor that serves these options from what was published last.</summary>
    public abstract void Register(IServiceCollection services, CompiledConfiguration first);

    private sealed class Bound<T>(IValidateOptions<T>[] validators) : Section
        where T : class, new()
    {
        public override Type Type => typeof(T);

        public override IEnumerable<string> Validate(object options, IServiceProvider services) =>
            validators
                .Concat(services.GetServices<IValidateOptions<T>>().Where(v => v is not DataAnnotationValidateOptions<T>))
                .DistinctBy(v => v.GetType())
                .Select(v => v.Validate(Options.DefaultName, (T)options))
                .Where(r => r.Failed)
                .SelectMany(r => r.Failures ?? []);

        public override void Register(IServiceCollection services, CompiledConfiguration first)
        {
            var published = new PublishedOptions<T>((T)first.Options[Path]);
            services.AddSingleton<IOptionsMonitor<T>>(published);
            services.AddSingleton<IOptions<T>>(published);
            services.AddSingleton<IPublishedOptions>(new PublishedSection<T>(Path, published));
        }
    }
}
