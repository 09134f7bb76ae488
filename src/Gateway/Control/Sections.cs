using Weir.Forwarding.Admission;

namespace Weir.Gateway.Control;

/// <summary>All of our sections, one line each. What is not here is unknown under <c>Weir</c>.</summary>
internal static class Sections
{
    /// <summary>In the order of the reference page.</summary>
    public static IReadOnlyList<Section> All { get; } =
    [
        Section.Of<AdmissionOptions>(AdmissionOptions.Section),
    ];
}
