using Weir.Fail2ban.Jails;

namespace Weir.Fail2ban;

/// <summary>What a folder holds.</summary>
/// <param name="Jails">Those that can be used.</param>
/// <param name="Messages">What could not be read or is not done, for people: file, line or section, key, value.</param>
public sealed record Fail2banSet(IReadOnlyList<JailDefinition> Jails, IReadOnlyList<Fail2banMessage> Messages);
