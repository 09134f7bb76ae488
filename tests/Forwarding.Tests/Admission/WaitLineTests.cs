using Weir.Forwarding.Admission;

namespace Weir.Forwarding.Tests.Admission;

public sealed class WaitLineTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    private readonly NewestFirstRule _rule = new(Second, new Patience(Second));
    private readonly WaitLine _line;

    public WaitLineTests() => _line = new WaitLine(_rule);

    [Fact]
    public void One_client_is_served_oldest_first()
    {
        var waiters = Add(client: 1, count: 3);
        Assert.Equal(waiters, TakeAll());
    }

    [Fact]
    public void A_client_with_one_request_passes_a_client_with_many()
    {
        Add(client: 1, count: 1000);
        _line.Take();
        var modest = Add(client: 2, count: 1)[0];

        Assert.Contains(modest, new[] { _line.Take(), _line.Take() });
    }

    [Fact]
    public void Fifty_single_clients_do_not_starve_a_client_with_many()
    {
        Add(client: 1, count: 1000);
        _line.Take();
        ulong next = 100;
        var ofGreedy = 0;
        for (var i = 0; i < 510; i++)
        {
            while (_line.Count < 1049 - ofGreedy)
                Add(next++, 1);
            ofGreedy += _line.Take()!.ClientKey == 1 ? 1 : 0;
        }

        // 51 clients: about one turn in 51.
        Assert.InRange(ofGreedy, 5, 20);
    }

    [Fact]
    public void Clients_with_many_requests_take_turns()
    {
        Add(client: 1, count: 10);
        Add(client: 2, count: 10);
        Add(client: 3, count: 10);
        var firstNine = Enumerable.Range(0, 9).Select(_ => _line.Take()!.ClientKey).ToList();
        Assert.All([1ul, 2ul, 3ul], c => Assert.InRange(firstNine.Count(k => k == c), 2, 4));
    }

    [Fact]
    public void Classes_share_sixteen_to_four_to_one_and_none_starves()
    {
        Add(client: 1, count: 1000, PriorityClass.High);
        Add(client: 2, count: 1000, PriorityClass.Normal);
        Add(client: 3, count: 1000, PriorityClass.Low);
        var taken = Enumerable.Range(0, 210).Select(_ => _line.Take()!.Priority).CountBy(p => p).ToDictionary();
        Assert.Equal(160, taken[PriorityClass.High]);
        Assert.Equal(40, taken[PriorityClass.Normal]);
        Assert.Equal(10, taken[PriorityClass.Low]);
    }

    [Fact]
    public void Once_the_head_is_too_old_the_newest_goes_first()
    {
        var ofOne = Add(client: 1, count: 3);
        var others = new[] { Add(client: 2, count: 1)[0], Add(client: 3, count: 1)[0] };
        TurnNewestFirst();

        Assert.Equal(others[1], _line.Take());
        Assert.Equal(others[0], _line.Take());
        Assert.Equal([ofOne[2], ofOne[1], ofOne[0]], TakeAll());
    }

    [Fact]
    public void Requests_ahead_are_counted_by_turns_not_by_length()
    {
        Add(client: 1, count: 100);
        Assert.Equal(1, _line.Ahead(2, PriorityClass.Normal));
        Assert.Equal(100, _line.Ahead(1, PriorityClass.Normal));
        Add(client: 2, count: 1);
        Assert.Equal(3, _line.Ahead(2, PriorityClass.Normal));
    }

    [Fact]
    public void Requests_of_a_better_class_count_as_ahead_by_their_share()
    {
        Add(client: 1, count: 100, PriorityClass.High);
        Assert.Equal(4, _line.Ahead(2, PriorityClass.Normal));
        Assert.Equal(16, _line.Ahead(2, PriorityClass.Low));
    }

    [Fact]
    public void Any_order_of_joining_taking_and_leaving_keeps_the_books()
    {
        var random = new Random(11);
        var inside = new List<Waiter>();
        for (var step = 0; step < 20_000; step++)
        {
            switch (random.Next(5))
            {
                case 0 or 1 or 2:
                    inside.AddRange(Add((ulong)random.Next(20), 1, (PriorityClass)random.Next(3)));
                    break;
                case 3 when inside.Count > 0:
                    Assert.True(inside.Remove(_line.Take()!));
                    break;
                case 4 when inside.Count > 0:
                    var leaver = inside[random.Next(inside.Count)];
                    _line.Remove(leaver);
                    inside.Remove(leaver);
                    break;
            }

            Assert.Equal(inside.Count, _line.Count);
            Assert.Equal(inside.Sum(w => (long)w.Bytes), _line.Bytes);
            if (inside.Count > 0)
                Assert.Equal(inside[0], _line.Oldest);
            if (_line.Greediest() is { } flow)
            {
                Assert.Contains(_line.LastOf(flow), inside);
                var most = inside.CountBy(w => (w.ClientKey, w.Priority)).Max(c => c.Value);
                Assert.InRange(flow.Waiting.Count, (most / 2) + 1, most);
            }
        }

        Assert.Equal(inside.Count, TakeAll().Count);
    }

    [Fact]
    public void What_the_greediest_client_loses_is_the_request_that_would_be_served_last()
    {
        Add(client: 1, count: 2);
        var greedy = Add(client: 2, count: 40);
        Assert.Equal(2ul, _line.Greediest()!.Key);
        Assert.Equal(greedy[^1], _line.LastOf(_line.Greediest()!));
        TurnNewestFirst();
        Assert.Equal(greedy[0], _line.LastOf(_line.Greediest()!));
    }

    private void TurnNewestFirst()
    {
        _rule.Observe(10 * Second, 0, Second, double.MaxValue);
        _rule.Observe(11 * Second, 0, Second, double.MaxValue);
        Assert.True(_rule.IsOn);
    }

    private List<Waiter> TakeAll()
    {
        var all = new List<Waiter>();
        while (_line.Take() is { } waiter)
            all.Add(waiter);
        return all;
    }

    private List<Waiter> Add(ulong client, int count, PriorityClass priority = PriorityClass.Normal)
    {
        var added = Enumerable.Range(0, count).Select(_ => new Waiter { ClientKey = client, Priority = priority, Bytes = 10 }).ToList();
        added.ForEach(_line.Add);
        return added;
    }
}
