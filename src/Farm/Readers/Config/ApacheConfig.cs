using Weir.Farm.Model;

namespace Weir.Farm.Readers.Config;

/// <summary>An Apache's configuration, read to its end.</summary>
/// <param name="Directives">In the order in which Apache takes them; the last of a name wins.</param>
/// <param name="Modules">Loaded modules by identifier (<c>mpm_event_module</c>), the ones built in included as far as known.</param>
/// <param name="Files">Files that were read, in order.</param>
/// <param name="Errors">What is wrong, each with file and line; Apache would not start with most of them.</param>
/// <param name="Warnings">What could not be known, for example an undefined variable.</param>
public sealed record ApacheConfig(
    IReadOnlyList<ApacheDirective> Directives,
    IReadOnlyList<string> Modules,
    IReadOnlyList<string> Files,
    IReadOnlyList<ApacheConfigProblem> Errors,
    IReadOnlyList<ApacheConfigProblem> Warnings)
{
    /// <summary>The MPM whose module is loaded; null when none is, as in an Apache with its MPM built in.</summary>
    public Mpm? Mpm =>
        Has("mpm_event_module") ? Model.Mpm.Event :
        Has("mpm_worker_module") ? Model.Mpm.Worker :
        Has("mpm_prefork_module") ? Model.Mpm.Prefork : null;

    /// <summary>The last directive of that name (or one of its older names) at server level; null when there is none.</summary>
    public ApacheDirective? Last(params ReadOnlySpan<string> names)
    {
        for (var i = Directives.Count - 1; i >= 0; i--)
        {
            foreach (var name in names)
            {
                if (Directives[i].IsServerLevel && Directives[i].Is(name))
                    return Directives[i];
            }
        }

        return null;
    }

    private bool Has(string module) => Modules.Contains(module, StringComparer.OrdinalIgnoreCase);
}
