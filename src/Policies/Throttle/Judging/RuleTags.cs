using Weir.Policies.Throttle.Counting;

namespace Weir.Policies.Throttle.Judging;

/// <summary>Numbers for rules that are the same wherever the same rules stand in the same order: a hash of the name, the next free one on a clash.</summary>
internal sealed class RuleTags
{
    private static readonly HashSecret Fixed = HashSecret.Of("tags");

    private readonly HashSet<int> _taken = [];

    /// <exception cref="InvalidOperationException">There are more rules than numbers; the validators' bounds keep it from happening.</exception>
    public int Of(string identity)
    {
        if (_taken.Count == CounterKey.MaxTag)
            throw new InvalidOperationException("More rules than a counter's key can tell apart.");
        var hash = new KeyedHash(Fixed);
        hash.Add(identity);
        var tag = (int)(hash.Finish() % CounterKey.MaxTag) + 1;
        while (!_taken.Add(tag))
            tag = (tag % CounterKey.MaxTag) + 1;
        return tag;
    }
}
