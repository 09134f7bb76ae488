using System.Collections.Frozen;

namespace Weir.Forwarding.Buffering;

/// <summary>The immutable form of <see cref="BufferingOptions"/>. A request keeps the one that it started with.</summary>
internal sealed class BufferingRules
{
    private readonly FrozenDictionary<string, RouteBuffering> _routes;
    private readonly RouteBuffering _default;

    public BufferingRules(BufferingOptions options)
    {
        // How long an upload may be is Kestrel's limit; all of them together have theirs.
        Upload = new SpoolLimits(SpoolKind.Upload, options.UploadMemoryBytes, long.MaxValue);
        Answer = new SpoolLimits(SpoolKind.Answer, options.AnswerMemoryBytes, options.AnswerFileBytes);
        TotalMemoryBytes = options.TotalMemoryBytes;
        TotalFileBytes = options.TotalFileBytes;
        Directory = options.Directory ?? Path.GetTempPath();
        _default = new RouteBuffering(options.Uploads, options.Answers);
        _routes = options.Routes.ToFrozenDictionary(
            r => r.Key,
            r => new RouteBuffering(r.Value.Uploads ?? options.Uploads, r.Value.Answers ?? options.Answers),
            StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Bounds of one upload.</summary>
    public SpoolLimits Upload { get; }

    /// <summary>Bounds of one answer.</summary>
    public SpoolLimits Answer { get; }

    public long TotalMemoryBytes { get; }

    public long TotalFileBytes { get; }

    /// <summary>Where temporary files are made.</summary>
    public string Directory { get; }

    public RouteBuffering For(string routeId) =>
        _routes.Count > 0 && _routes.TryGetValue(routeId, out var route) ? route : _default;
}
