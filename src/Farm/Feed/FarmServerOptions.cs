using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Weir.Farm.Model;

namespace Weir.Farm.Feed;

/// <summary>What is known of one server: an entry of <c>Weir:Farm:Servers</c>.</summary>
public sealed class FarmServerOptions
{
    [Description("Address as the cluster's destination names it, for example http://10.0.0.5:80; path and case do not matter.")]
    [Required]
    public string Address { get; set; } = "";

    [Description("Requests at once that this gateway may send, taken as it stands; the static ceiling.")]
    [Range(1, 200_000)]
    public int? Limit { get; set; }

    [Description("Effective MaxRequestWorkers; reserve and number of gateways are taken off it.")]
    [Range(1, 200_000)]
    public int? MaxRequestWorkers { get; set; }

    [Description("MPM, where the status page does not name it.")]
    public Mpm? Mpm { get; set; }

    [Description("KeepAliveTimeout of this Apache.")]
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan? KeepAliveTimeout { get; set; }

    [Description("MaxKeepAliveRequests of this Apache, where no node document tells it; 0 for no bound.")]
    [Range(0, int.MaxValue)]
    public int? MaxKeepAliveRequests { get; set; }

    [Description("Connections that this gateway keeps open, idle ones included, in place of what follows from the MPM. As many as requests are in flight may always be open.")]
    [Range(1, 200_000)]
    public int? OpenConnections { get; set; }

    [Description("How long an idle connection is kept, in place of what follows from KeepAliveTimeout (a second or a fifth less); zero keeps none.")]
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan? IdleTimeout { get; set; }

    [Description("Status page at another address, for example a listener that only the gateway reaches.")]
    public string? StatusUrl { get; set; }

    [Description("Node document at another address.")]
    public string? NodeDocumentUrl { get; set; }

    [Description("Memory figures from which a limit is computed when nobody tells one.")]
    public MemoryModelOptions? Model { get; set; }
}
