using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.Model;

namespace Weir.Policies.Balancing;

/// <summary>The ring of one snapshot of a cluster and what goes with it.</summary>
internal sealed class HashedMembers
{
    /// <summary>Points tried clockwise before every server is looked at.</summary>
    private const int PointsBeforeScan = 64;

    private readonly ClusterMembers _members;
    private readonly HashRing _ring;
    private readonly BoundedLoad _load;
    private volatile KeyOfModel? _key;

    public HashedMembers(ClusterMembers members)
    {
        _members = members;
        _ring = new HashRing(members.All);
        _load = new BoundedLoad(members.All);
    }

    /// <summary>
    /// The key's own server, or the next clockwise that has room and is within its bound; when none is within its bound,
    /// the next with room; null when none has room.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="factor">Bound as a multiple of a server's share.</param>
    /// <param name="spilled">True when the key's own server was passed over.</param>
    public ServerMember? Pick(HttpContext context, double factor, out bool spilled)
    {
        spilled = false;
        if (_ring.Length == 0)
            return null;

        var all = _members.All;
        var total = _load.TotalWithNext();
        var start = _ring.Find(Key().Of(context));
        var home = _ring.Owner(start);
        var withRoom = -1;
        for (var step = 0; step < PointsBeforeScan && step < _ring.Length; step++)
        {
            if (Fits(_ring.Owner(start + step)))
                return Chosen(_ring.Owner(start + step), out spilled);
        }

        for (var step = 0; step < all.Length; step++)
        {
            if (Fits((home + step) % all.Length))
                return Chosen((home + step) % all.Length, out spilled);
        }

        return withRoom < 0 ? null : Chosen(withRoom, out spilled);

        bool Fits(int member)
        {
            if (!all[member].Slots.HasRoom)
                return false;
            if (withRoom < 0)
                withRoom = member;
            return _load.Allows(member, total, factor);
        }

        ServerMember Chosen(int member, out bool passedOver)
        {
            passedOver = member != home;
            return all[member];
        }
    }

    private HashKey Key()
    {
        var model = _members.Cluster.Model;
        var key = _key;
        if (key is null || !ReferenceEquals(key.Model, model))
        {
            var text = model?.Config.Metadata is { } metadata && metadata.TryGetValue(HashKey.Metadata, out var value) ? value : null;
            // Validation rejects a text that cannot be parsed; a configuration that came past it hashes by address.
            _key = key = new KeyOfModel(model, HashKey.Parse(text) ?? HashKey.Parse(null)!);
        }

        return key.Key;
    }

    private sealed record KeyOfModel(ClusterModel? Model, HashKey Key);
}
