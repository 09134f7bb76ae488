using Microsoft.Extensions.ObjectPool;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding.Admission;

/// <summary>
/// Admission to one cluster: its members and the line in front of their slots. Taking a free slot takes no lock; joining,
/// leaving and granting do, and cost the same however many wait. The members are read before the lock is taken, because
/// reading them may wake other lines.
/// </summary>
internal sealed class ClusterLine : ISlotObserver, IDisposable
{
    /// <summary>
    /// Memory charged for a waiting request beyond its headers: the waiter, its place in the line, the suspended pipeline.
    /// Measured in bench/admission.
    /// </summary>
    public const int RequestBytes = 2048;

    /// <summary>Requests that may wait for a second server at once; more are answered with their first server's failure.</summary>
    public const int MaxWaitingRetries = 1024;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private static readonly ObjectPool<Waiter> Waiters =
        new DefaultObjectPool<Waiter>(new DefaultPooledObjectPolicy<Waiter>(), maximumRetained: 4096);

    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly ClusterMembersSource _source;
    private readonly Func<AdmissionRules> _rules;
    private readonly Patience _patience;
    private readonly WaitLine _shared;
    private readonly PinnedLines _pinned;
    private readonly LinkedList<Waiter> _retries = new();
    private readonly TimerWheel _wheel = new();
    private readonly List<Waiter> _due = [];
    private readonly ServiceEstimate _estimate;
    private readonly ITimer _timer;
    private readonly long _tick;
    private long _wheelAt;
    private int _waiting;
    private int _waitingShared;
    private long _bytes;
    private bool _ticking;
    private bool _retired;

    public ClusterLine(ClusterState cluster, ClusterMembersSource source, Func<AdmissionRules> rules, TimeProvider clock)
    {
        Cluster = cluster;
        _source = source;
        _rules = rules;
        _clock = clock;
        _tick = ToTimestamp(Tick);
        _patience = new Patience(clock.TimestampFrequency);
        _shared = new WaitLine(new NewestFirstRule(clock.TimestampFrequency, _patience));
        _pinned = new PinnedLines(() => new WaitLine(new NewestFirstRule(clock.TimestampFrequency, _patience)));
        _estimate = new ServiceEstimate(clock.TimestampFrequency);
        Budget = new RetryBudget(clock);
        _timer = clock.CreateTimer(static line => ((ClusterLine)line!).OnTick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _source.Changed += Follow;
        _ = source.Current;
    }

    public ClusterState Cluster { get; }

    /// <summary>The healthy members now. Not to be read under a line's lock.</summary>
    public ClusterMembers Members => _source.Current;

    /// <summary>Retries of this cluster's requests.</summary>
    public RetryBudget Budget { get; }

    /// <summary>Requests waiting, pinned and retries included.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>True when a newcomer must queue behind others.</summary>
    public bool HasWaiting => Volatile.Read(ref _waitingShared) != 0;

    /// <summary>Memory charged by the waiting requests.</summary>
    public long WaitingBytes => Volatile.Read(ref _bytes);

    /// <summary>True while the newest request is served first.</summary>
    public bool IsNewestFirst => _shared.Rule.IsOn;

    /// <summary>How long the oldest waiting request has waited; zero when none waits.</summary>
    public TimeSpan OldestWait()
    {
        lock (_lock)
            return _shared.Oldest is { } oldest ? _clock.GetElapsedTime(oldest.JoinedAt) : TimeSpan.Zero;
    }

    /// <summary>Waits for a slot. The task ends with a slot or with the reason why there is none, and never throws.</summary>
    public async ValueTask<WaitOutcome> WaitAsync(WaitRequest request, CancellationToken aborted)
    {
        var refusal = Join(request, out var waiter);
        if (waiter is null)
            return refusal;
        WaitOutcome outcome;
        await using (aborted.UnsafeRegister(static w => ((Waiter)w!).Owner?.Leave((Waiter)w), waiter).ConfigureAwait(false))
            outcome = await waiter.Task;
        waiter.Reset();
        Waiters.Return(waiter);
        return outcome;
    }

    /// <summary>Notes a client that went away while its request was in service.</summary>
    /// <param name="age">Since the request arrived.</param>
    public void GaveUpInService(TimeSpan age)
    {
        if (Waiting == 0)
            return;
        lock (_lock)
            _patience.GaveUp(_clock.GetTimestamp(), ToTimestamp(age));
    }

    void ISlotObserver.RoomMayHaveGrown(ServerSlots server)
    {
        if (Volatile.Read(ref _waiting) == 0)
            return;
        var members = Members;
        lock (_lock)
            Grant(server, members);
    }

    /// <summary>Called when the cluster left the configuration: whoever waits may still be served, then the servers are let go.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            _retired = true;
            if (_waiting > 0)
                return;
        }

        Dispose();
    }

    public void Dispose()
    {
        _source.Changed -= Follow;
        foreach (var server in Members.Servers)
            server.Unsubscribe(this);
        _source.Release();
        _timer.Dispose();
    }

    /// <summary>Listens to the members' slots, and no longer to those that left.</summary>
    private void Follow(ClusterMembers? before, ClusterMembers now)
    {
        foreach (var server in now.Servers)
            server.Subscribe(this);
        foreach (var gone in (before?.Servers ?? []).Where(s => now.Of(s) is null))
            gone.Unsubscribe(this);
    }

    private WaitOutcome Join(in WaitRequest request, out Waiter? waiter)
    {
        waiter = null;
        var rules = _rules();
        var members = Members;
        lock (_lock)
        {
            var now = _clock.GetTimestamp();
            // A retired line has let its servers go: a request that still holds it comes too late.
            if (_retired || (request.Pinned is { } only ? only.Mode == ServerMode.Maintenance : !members.AnyTakesWork))
                return Refused(RefusalReason.NoServer, 1);
            if (_waiting == 0)
                Begin(now, members);
            var line = request.Pinned is null ? _shared : _pinned.For(request.Pinned);
            Observe(now, rules, members);
            if (Overlong(line, request, members) is { } refusal)
                return refusal;
            if (!MakeRoom(request, rules))
                return Refused(RefusalReason.LineFull, _estimate.RetryAfter(_waiting));

            waiter = Waiters.Get();
            waiter.Owner = this;
            waiter.ClientKey = request.ClientKey;
            waiter.Priority = request.Priority;
            waiter.JoinedAt = now;
            waiter.Bytes = RequestBytes + request.HeaderBytes;
            waiter.Avoid = request.Avoid;
            if (request.Avoid is null)
                line.Add(waiter);
            else
                _retries.AddLast(waiter.InFlow);
            // One more, for the part of the present tick that is over.
            _wheel.Add(waiter, 1 + (int)Math.Clamp(Math.Ceiling(request.MaxWait / Tick), 1, int.MaxValue / 2));
            Count(1, waiter);
            // The count must be seen by whoever gives a slot back before this thread looks for room.
            Interlocked.MemoryBarrier();

            // A slot may have come free between the caller's look and this lock.
            GrantAnywhere(members);
            return default;
        }
    }

    /// <summary>The line was empty: the clockwork starts.</summary>
    private void Begin(long now, ClusterMembers members)
    {
        _estimate.Begin(now, members);
        if (_ticking)
            return;
        _ticking = true;
        _wheelAt = now;
        _timer.Change(Tick, Tick);
    }

    /// <summary>Gives what room a server has to those who wait for it. Under the lock.</summary>
    private void Grant(ServerSlots server, ClusterMembers members)
    {
        if (_waiting == 0 || members.Of(server) is not { } member)
            return;
        Observe(_clock.GetTimestamp(), _rules(), members);
        while (_waiting > 0)
        {
            var pinned = server.Health.IsEjected ? null : _pinned.WithWaiting(server);
            var retry = server.HasRoom ? RetryFor(server) : null;
            var shared = server.HasRoom && _shared.Count > 0 ? _shared : null;
            if ((pinned is null && retry is null && shared is null) || !server.TryAcquire(out var slot))
                return;
            var waiter = Take(pinned, retry, shared);
            _estimate.Granted();
            _patience.Served(_clock.GetTimestamp());
            End(waiter, new WaitOutcome(member, slot, RefusalReason.None, 0));
        }
    }

    /// <summary>A retry first, for it has waited once already; then sessions pinned to the server and the shared line by their clients.</summary>
    private Waiter Take(WaitLine? pinned, LinkedListNode<Waiter>? retry, WaitLine? shared)
    {
        if (retry is not null)
        {
            _retries.Remove(retry);
            return retry.Value;
        }

        return (shared is null ? pinned! : pinned is null ? shared : _pinned.Turn(pinned, shared)).Take()!;
    }

    private LinkedListNode<Waiter>? RetryFor(ServerSlots server)
    {
        var node = _retries.First;
        while (node is not null && node.Value.Avoid!.Contains(server))
            node = node.Next;
        return node;
    }

    private void GrantAnywhere(ClusterMembers members)
    {
        // Not always from the first: what waits for any server would always meet the same one.
        var all = members.All;
        var first = all.Length > 1 ? Random.Shared.Next(all.Length) : 0;
        for (var i = 0; i < all.Length && _waiting > 0; i++)
        {
            var slots = all[(first + i) % all.Length].Slots;
            if (slots.InFlight < slots.Limit)
                Grant(slots, members);
        }
    }

    private WaitOutcome? Overlong(WaitLine line, in WaitRequest request, ClusterMembers members)
    {
        if (request.MaxWait <= TimeSpan.Zero)
            return Refused(RefusalReason.DeadlinePassed, _estimate.RetryAfter(_waiting));
        // Newest first, a newcomer is served at once however long the line is; a retry goes before the line.
        if (line.Rule.IsOn || line.Count == 0 || request.Avoid is not null || !_estimate.IsSettled || members.AnyGrows())
            return null;
        // A session waits for one server's share of what the cluster frees.
        var shares = request.Pinned is null ? 1 : members.All.Length;
        var seconds = _estimate.TimeFor(line.Ahead(request.ClientKey, request.Priority), shares) / _clock.TimestampFrequency;
        if (seconds <= request.MaxWait.TotalSeconds)
            return null;
        return Refused(
            request.IsClientDeadline ? RefusalReason.DeadlinePassed : RefusalReason.WaitTooLong,
            ServiceEstimate.WholeSeconds(seconds - request.MaxWait.TotalSeconds));
    }

    /// <summary>True when the request fits, perhaps after the greediest client of any line or class lost one.</summary>
    private bool MakeRoom(in WaitRequest request, AdmissionRules rules)
    {
        if (request.Avoid is not null)
            return _retries.Count < MaxWaitingRetries;
        var bytes = RequestBytes + request.HeaderBytes;
        if (_waiting < rules.MaxLength && _bytes + bytes <= rules.MaxBytes)
            return true;
        var (line, flow) = _pinned.Greediest(_shared);
        if (flow is null)
            return false;
        // Equals do not push each other out, unless the oldest is a lost cause anyway.
        var own = _shared.CountOf(request.ClientKey) + _pinned.CountOf(request.ClientKey);
        if (flow.Waiting.Count <= own || (flow.Waiting.Count == own + 1 && !line.Rule.IsOn))
            return false;
        var victim = line.LastOf(flow);
        // One may lose its place for one: a fat request does not empty the line.
        if (_waiting > rules.MaxLength || _bytes - victim.Bytes + bytes > rules.MaxBytes)
            return false;
        line.Remove(victim);
        End(victim, Refused(RefusalReason.LineFull, _estimate.RetryAfter(_waiting)));
        return true;
    }

    private void Leave(Waiter waiter)
    {
        lock (_lock)
        {
            if (!Detach(waiter))
                return;
            var now = _clock.GetTimestamp();
            _patience.GaveUp(now, now - waiter.JoinedAt);
            End(waiter, Refused(RefusalReason.ClientGone, 0));
        }
    }

    private void OnTick()
    {
        var members = Members;
        lock (_lock)
        {
            var now = _clock.GetTimestamp();
            _estimate.Refresh(now, members);
            Observe(now, _rules(), members);
            _due.Clear();
            // By time and not by ticks: a busy machine's timers come late and fewer.
            for (; _wheelAt + _tick <= now; _wheelAt += _tick)
                _wheel.Advance(_due);
            foreach (var waiter in _due)
            {
                if (Detach(waiter))
                    End(waiter, Refused(RefusalReason.WaitTimedOut, _estimate.RetryAfter(_waiting)));
            }

            foreach (var waiter in _pinned.OfServersThatTakeNothing(members))
            {
                if (Detach(waiter))
                    End(waiter, Refused(RefusalReason.JudgeAgain, 1));
            }

            // Health and configuration change without a slot being given back.
            GrantAnywhere(members);
            if (_waiting > 0)
                return;
            _ticking = false;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (!_retired)
                return;
        }

        Dispose();
    }

    /// <summary>Takes a waiter out of whatever it stands in; false when it has its outcome already.</summary>
    private bool Detach(Waiter waiter)
    {
        if (waiter.Line is { } line)
            line.Remove(waiter);
        else if (waiter.InFlow.List == _retries && waiter.Avoid is not null)
            _retries.Remove(waiter.InFlow);
        else
            return false;
        return true;
    }

    private void End(Waiter waiter, WaitOutcome outcome)
    {
        _wheel.Remove(waiter);
        Count(-1, waiter);
        waiter.Complete(outcome);
    }

    private void Count(int change, Waiter waiter)
    {
        Volatile.Write(ref _waiting, _waiting + change);
        Volatile.Write(ref _bytes, _bytes + (change * waiter.Bytes));
        Volatile.Write(ref _waitingShared, _shared.Count + _retries.Count);
    }

    private void Observe(long now, AdmissionRules rules, ClusterMembers members)
    {
        var target = ToTimestamp(rules.Target);
        Observe(_shared, now, target, 1);
        foreach (var line in _pinned.All)
            Observe(line, now, target, Math.Max(1, members.All.Length));
    }

    private void Observe(WaitLine line, long now, long target, int shares) =>
        line.Rule.Observe(now, line.Oldest?.JoinedAt ?? -1, target, _estimate.TimeFor(line.Count, shares));

    private long ToTimestamp(TimeSpan time) => (long)(time.TotalSeconds * _clock.TimestampFrequency);

    private static WaitOutcome Refused(RefusalReason reason, int retryAfter) => new(null, default, reason, retryAfter);
}
