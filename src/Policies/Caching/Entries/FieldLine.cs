namespace Weir.Policies.Caching.Entries;

/// <summary>One line of a stored head, name as received.</summary>
internal readonly record struct FieldLine(string Name, string Value);
