namespace Weir.Gateway.Control.Sources;

/// <summary>One value of the configuration and where it stands.</summary>
/// <param name="Value">As written; null for JSON null and for an empty object.</param>
/// <param name="Origin"><c>appsettings.json:12</c>, <c>environment</c> or <c>command line</c>.</param>
internal readonly record struct Setting(string? Value, string Origin);
