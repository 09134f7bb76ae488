using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.Throttle;

/// <summary>GET and HEAD of static files count neither for page nor for site: section <c>Weir:Throttle:StaticExemption</c>.</summary>
public sealed class ThrottleStaticOptions
{
    [Description("Lets static files out of the page and site counts: one page of a browser brings dozens.")]
    public bool Enabled { get; set; } = true;

    [Description("Endings of the path, without dot. The query does not matter; rules of the list count these files too.")]
    [Length(0, 128)]
    public List<string> Extensions { get; set; } =
    [
        "css", "js", "mjs", "map", "png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "ico", "bmp", "woff", "woff2", "ttf", "otf", "eot",
        "mp3", "mp4", "webm", "ogg",
    ];
}
