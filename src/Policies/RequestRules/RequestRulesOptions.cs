using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.RequestRules;

/// <summary>What a request must look like before anything of it reaches a server: section <c>Weir:RequestRules</c>.</summary>
public sealed class RequestRulesOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:RequestRules";

    [Description("What happens to headers whose name has anything but letters, digits and hyphens, as nginx's underscores_in_headers and ignore_invalid_headers: CGI would fold X_Real_IP and X-Real-IP into one variable.")]
    public UnderscoreHeaders UnderscoreHeaders { get; set; } = UnderscoreHeaders.Drop;

    [Description("Lets TRACE and TRACK through to the servers; otherwise 405, as nginx.")]
    public bool AllowTrace { get; set; }

    [Description("Methods that may pass, in capitals; empty lets all through but TRACE, TRACK and CONNECT, as nginx.")]
    [Length(0, 64)]
    public List<string> AllowedMethods { get; set; } = [];

    [Description("Protocols that a request may ask to upgrade to. Others, h2c above all, are not forwarded: the request is served without.")]
    [Length(0, 16)]
    public List<string> Upgrades { get; set; } = ["websocket"];

    [Description("Headers that Connection cannot have removed, since a proxy in front may have set them; * at the end stands for any ending. Host, framing, Authorization and Cookie always belong to them.")]
    [Length(0, 128)]
    public List<string> ProtectedHeaders { get; set; } =
    [
        "Forwarded", "Via", "X-Forwarded-*", "X-Real-IP", "X-Client-*", "X-Cluster-Client-IP", "True-Client-IP", "X-Original-*",
        "X-Request-ID", "X-SSL-*", "SSL-*", "CF-*", "X-Azure-*", "X-Amzn-*", "Fastly-*",
    ];

    [Description("Names that a request's Connection headers may hold together; more is 400. Browsers send one or two.")]
    [Range(1, 1000)]
    public int MaxConnectionOptions { get; set; } = 16;
}
