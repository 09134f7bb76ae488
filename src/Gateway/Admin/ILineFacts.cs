namespace Weir.Gateway.Admin;

/// <summary>The waiting lines, read by metrics and the farm report. Implemented beside admission.</summary>
internal interface ILineFacts
{
    /// <summary>The line of a cluster; all zero when it has none.</summary>
    LineFacts Read(string cluster);
}
