namespace Weir.Policies.Jail.Lists;

/// <summary>One line that did not come into force.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Text">Why, as a sentence.</param>
public sealed record BanImportFault(int Line, string Text);
