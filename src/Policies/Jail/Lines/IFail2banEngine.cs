using Weir.Fail2ban;
using Weir.Fail2ban.Filters;

namespace Weir.Policies.Jail.Lines;

/// <summary>What this slice needs of Fail2ban's reading and judging; tests put their own in its place.</summary>
internal interface IFail2banEngine
{
    /// <summary>See <see cref="Fail2banFolder.Read"/>.</summary>
    Fail2banSet Read(string folder, IReadOnlyCollection<string> alsoEnabled);

    /// <summary>Compiles a filter, see <see cref="LineFilter"/>; what it gives is for one source of lines.</summary>
    /// <exception cref="FormatException">An expression cannot be compiled.</exception>
    Func<string, DateTimeOffset, LineVerdict> Compile(FilterDefinition filter);
}
