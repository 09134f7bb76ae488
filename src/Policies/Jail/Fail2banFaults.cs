using Weir.Policies.Jail.Lines;

namespace Weir.Policies.Jail;

/// <summary>What is wrong with a Fail2ban folder, without any of it coming into force.</summary>
public static class Fail2banFaults
{
    /// <summary>One sentence for each jail or file that cannot be used, with its place; none when all can. Takes seconds when it resolves names.</summary>
    public static IReadOnlyList<string> Of(Fail2banSettings settings) =>
        [.. Fail2banSource.Check(settings, new Fail2banEngine()).Where(m => m.IsError).Select(m => $"{m.Where}: {m.Text}")];
}
