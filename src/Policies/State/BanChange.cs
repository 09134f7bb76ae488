using System.Net;

namespace Weir.Policies.State;

/// <summary>A ban or a lift as it travels: ages and rests instead of instants, since clocks differ.</summary>
/// <param name="Network">Which network.</param>
/// <param name="IsBan">False for a lift.</param>
/// <param name="Age">Since it happened, 0 and more.</param>
/// <param name="Rest">Until the ban ends; null never. Of a lift: nothing.</param>
/// <param name="Details">The rest of a ban; default for a lift.</param>
internal readonly record struct BanChange(IPNetwork Network, bool IsBan, TimeSpan Age, TimeSpan? Rest, BanDetails Details);
