using System.Collections.Concurrent;

namespace Weir.Policies.Jail.Offences;

/// <summary>Gives each name of a jail a number from 1 that it keeps over reloads. Grows with configured names only.</summary>
internal sealed class JailNumbers
{
    private readonly ConcurrentDictionary<string, int> _numbers = new(StringComparer.OrdinalIgnoreCase);
    private int _last;

    public int Of(string name) => _numbers.TryGetValue(name, out var number) ? number : _numbers.GetOrAdd(name, _ => Interlocked.Increment(ref _last));
}
