using System.Buffers;
using System.Collections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Win32.SafeHandles;

namespace Weir.Transport.Server;

/// <summary>The connection is its own feature collection; what others set lies in a short list beside.</summary>
internal sealed partial class LoopConnection :
    IFeatureCollection,
    IConnectionIdFeature,
    IConnectionTransportFeature,
    IConnectionItemsFeature,
    IConnectionLifetimeFeature,
    IConnectionEndPointFeature,
    IMemoryPoolFeature,
    ILendingFeature
{
    private KeyValuePair<Type, object>[] _extra = [];
    private int _extraCount;
    private int _revision;

    public MemoryPool<byte> MemoryPool => _context.MemoryPool;

    bool IFeatureCollection.IsReadOnly => false;

    int IFeatureCollection.Revision => _revision;

    object? IFeatureCollection.this[Type key]
    {
        get => Find(key) is var index and >= 0 ? _extra[index].Value : IsOwn(key) ? this : null;
        set
        {
            _revision++;
            Put(key, value);
        }
    }

    TFeature? IFeatureCollection.Get<TFeature>()
        where TFeature : default => ((IFeatureCollection)this)[typeof(TFeature)] is TFeature feature ? feature : default;

    void IFeatureCollection.Set<TFeature>(TFeature? instance)
        where TFeature : default => ((IFeatureCollection)this)[typeof(TFeature)] = instance;

    public bool Lend(ReadOnlyMemory<byte> stored, Action<object?>? released = null, object? state = null) =>
        !stored.IsEmpty && IsDirect && _socket.Writer.Lend(new LentBody(stored, null, 0, stored.Length, released, state));

    public bool LendFile(SafeFileHandle file, long offset, int count, Action<object?>? released = null, object? state = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count == 0 || !IsDirect)
            return false;
        var held = false;
        file.DangerousAddRef(ref held);
        if (_socket.Writer.Lend(new LentBody(default, file, offset, count, released, state)))
            return true;
        file.DangerousRelease();
        return false;
    }

    public bool IsLent(ReadOnlyMemory<byte> memory) => _socket.Writer.IsLent(memory);

    public bool TakeBack() => _socket.Writer.TakeBack();

    IEnumerator<KeyValuePair<Type, object>> IEnumerable<KeyValuePair<Type, object>>.GetEnumerator()
    {
        foreach (var type in typeof(LoopConnection).GetInterfaces())
        {
            if (IsOwn(type) && Find(type) < 0)
                yield return new KeyValuePair<Type, object>(type, this);
        }

        for (var i = 0; i < _extraCount; i++)
        {
            if (_extra[i].Value is not null)
                yield return _extra[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<KeyValuePair<Type, object>>)this).GetEnumerator();

    private static bool IsOwn(Type key) =>
        key == typeof(IConnectionIdFeature) || key == typeof(IConnectionTransportFeature) || key == typeof(IConnectionItemsFeature)
        || key == typeof(IConnectionLifetimeFeature) || key == typeof(IConnectionEndPointFeature) || key == typeof(IMemoryPoolFeature)
        || key == typeof(ILendingFeature);

    private int Find(Type key)
    {
        for (var i = 0; i < _extraCount; i++)
        {
            if (_extra[i].Key == key)
                return i;
        }

        return -1;
    }

    // A feature that was taken away stays in the list without a value, so that one of the connection's own stays hidden.
    private void Put(Type key, object? value)
    {
        var index = Find(key);
        if (index < 0)
        {
            if (_extraCount == _extra.Length)
                Array.Resize(ref _extra, Math.Max(6, _extraCount * 2));
            index = _extraCount++;
        }

        _extra[index] = new KeyValuePair<Type, object>(key, value!);
    }
}
