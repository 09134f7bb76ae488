using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Forwarding.Admission;

/// <summary>Admission of one route: <c>Weir:Admission:Routes:{route}</c>.</summary>
public sealed class RouteAdmissionOptions
{
    [Description("Share of the slots when the line is not empty: 16 High to 4 Normal to 1 Low.")]
    public PriorityClass Priority { get; set; } = PriorityClass.Normal;

    [Description("Replaces Weir:Admission:MaxWait for this route.")]
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan? MaxWait { get; set; }

    [Description("False lets this route's requests past the line without a slot; for answers that do not come from Apache's workers.")]
    public bool Enabled { get; set; } = true;
}
