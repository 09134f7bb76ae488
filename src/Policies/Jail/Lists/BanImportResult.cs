namespace Weir.Policies.Jail.Lists;

/// <summary>What became of a list.</summary>
/// <param name="Added">Entries in force now.</param>
/// <param name="Refused">Lines or entries that are not.</param>
/// <param name="Faults">Why, for the first of them.</param>
public sealed record BanImportResult(int Added, int Refused, IReadOnlyList<BanImportFault> Faults);
