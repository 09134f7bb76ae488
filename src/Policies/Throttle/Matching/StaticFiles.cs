using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Weir.Policies.Throttle.Matching;

/// <summary>Which requests are for static files.</summary>
internal sealed class StaticFiles
{
    // Apache hands /index.php/x.css to index.php, with the rest as PATH_INFO.
    private static readonly string[] Scripts = [".php", ".phtml", ".cgi", ".fcgi", ".pl", ".py", ".rb", ".asp", ".aspx", ".jsp", ".lua"];

    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _extensions;
    private readonly bool _isOn;

    public StaticFiles(ThrottleStaticOptions options)
    {
        _isOn = options.Enabled && options.Extensions.Count > 0;
        _extensions = options.Extensions.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>GET or HEAD of a path whose last segment has a listed ending, with no script above it.</summary>
    public bool Has(string method, ReadOnlySpan<char> path)
    {
        if (!_isOn || !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method)))
            return false;
        var slash = path.LastIndexOf('/');
        var dot = path.LastIndexOf('.');
        if (dot <= slash || dot + 1 == path.Length || !_extensions.Contains(path[(dot + 1)..]))
            return false;
        return slash <= 0 || path[..slash].IndexOf('.') < 0 || !HasScript(path[..slash]);
    }

    private static bool HasScript(ReadOnlySpan<char> above)
    {
        while (!above.IsEmpty)
        {
            var slash = above.LastIndexOf('/');
            foreach (var script in Scripts)
            {
                if (above[(slash + 1)..].EndsWith(script, StringComparison.OrdinalIgnoreCase))
                    return true;
            }

            above = slash < 0 ? default : above[..slash];
        }

        return false;
    }
}
