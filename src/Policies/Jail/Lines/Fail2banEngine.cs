using Weir.Fail2ban;
using Weir.Fail2ban.Filters;

namespace Weir.Policies.Jail.Lines;

/// <summary>The real one. Times without a zone are the machine's, as those who write the logs write them.</summary>
internal sealed class Fail2banEngine : IFail2banEngine
{
    public Fail2banSet Read(string folder, IReadOnlyCollection<string> alsoEnabled) => Fail2banFolder.Read(folder, alsoEnabled);

    public Func<string, DateTimeOffset, LineVerdict> Compile(FilterDefinition filter) => new LineFilter(filter, TimeZoneInfo.Local).Judge;
}
