namespace Weir.Policies.Caching.Purging;

/// <summary>
/// Texts that begin others, with times; never changes. In the order of their bytes, everything between a prefix of a text and that
/// text begins with the prefix too. So the last member not behind the text, and the members that begin it in turn, are all that
/// can begin the text: one binary search, however many there are.
/// </summary>
internal sealed class PrefixTable
{
    public static readonly PrefixTable Empty = new([]);

    private readonly List<Member> _members;

    // The longest other member that begins it, -1 for none; and its times with those of all that begin it.
    private readonly int[] _parents;
    private readonly PurgeTimes[] _totals;

    private PrefixTable(List<Member> members)
    {
        _members = members;
        _parents = new int[members.Count];
        _totals = new PurgeTimes[members.Count];
        var open = new Stack<int>();
        for (var i = 0; i < members.Count; i++)
        {
            while (open.Count > 0 && !members[i].Text.AsSpan().StartsWith(members[open.Peek()].Text))
                open.Pop();
            var parent = open.Count > 0 ? open.Peek() : -1;
            _parents[i] = parent;
            _totals[i] = parent < 0 ? members[i].Times : members[i].Times.With(_totals[parent]);
            Newest = Math.Max(Newest, members[i].Times.Newest);
            open.Push(i);
        }
    }

    public int Count => _members.Count;

    /// <summary>The latest time of any member.</summary>
    public long Newest { get; }

    public IReadOnlyList<Member> Members => _members;

    /// <summary>With these too, of a text that is there the later times.</summary>
    public PrefixTable With(IEnumerable<Member> added)
    {
        var members = new List<Member>(_members);
        foreach (var member in added)
        {
            var at = LastNotBehind(members, member.Text);
            if (at >= 0 && members[at].Text.AsSpan().SequenceEqual(member.Text))
                members[at] = member with { Times = member.Times.With(members[at].Times) };
            else
                members.Insert(at + 1, member);
        }

        return new PrefixTable(members);
    }

    /// <summary>Only those whose times a test lets stay.</summary>
    public PrefixTable Where(Func<PurgeTimes, bool> stays) => new(_members.FindAll(m => stays(m.Times)));

    /// <summary>The latest times of all members that begin a text.</summary>
    public PurgeTimes Find(ReadOnlySpan<byte> text)
    {
        for (var at = LastNotBehind(_members, text); at >= 0; at = _parents[at])
        {
            if (text.StartsWith(_members[at].Text))
                return _totals[at];
        }

        return default;
    }

    private static int LastNotBehind(List<Member> members, ReadOnlySpan<byte> text)
    {
        var (low, high) = (0, members.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (members[middle].Text.AsSpan().SequenceCompareTo(text) <= 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return high;
    }

    /// <param name="Text">UTF-8.</param>
    /// <param name="Times">When.</param>
    internal readonly record struct Member(byte[] Text, PurgeTimes Times);
}
