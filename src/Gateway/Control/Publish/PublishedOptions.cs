using Microsoft.Extensions.Options;

namespace Weir.Gateway.Control.Publish;

/// <summary>Serves a section's options as published last. Every name gives the same options; our sections have no names.</summary>
internal sealed class PublishedOptions<T>(T first) : IOptionsMonitor<T>, IOptions<T>
    where T : class, new()
{
    private readonly Lock _lock = new();
    private volatile T _current = first;
    private Action<T, string?>[] _listeners = [];

    /// <inheritdoc />
    public T CurrentValue => _current;

    /// <inheritdoc />
    public T Value => _current;

    /// <inheritdoc />
    public T Get(string? name) => _current;

    /// <inheritdoc />
    public IDisposable OnChange(Action<T, string?> listener)
    {
        lock (_lock)
            _listeners = [.. _listeners, listener];
        return new Subscription(this, listener);
    }

    /// <summary>Swaps the value in; nobody is called yet.</summary>
    public void Take(T next) => _current = next;

    /// <summary>Calls every listener with the current value.</summary>
    public void Tell()
    {
        foreach (var listener in Volatile.Read(ref _listeners))
            listener(_current, Options.DefaultName);
    }

    private sealed class Subscription(PublishedOptions<T> owner, Action<T, string?> listener) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._lock)
                owner._listeners = [.. owner._listeners.Where(l => l != listener)];
        }
    }
}
