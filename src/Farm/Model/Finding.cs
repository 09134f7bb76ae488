namespace Weir.Farm.Model;

/// <summary>A warning of the model's own.</summary>
/// <param name="Id">A stable word for scripts, for example <c>ram</c> or <c>graceful-slots</c>.</param>
/// <param name="Text">A sentence for people.</param>
public sealed record Finding(string Id, string Text);
