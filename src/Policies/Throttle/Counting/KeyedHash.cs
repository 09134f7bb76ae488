using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Weir.Policies.Throttle.Counting;

/// <summary>
/// SipHash-1-3 over words and texts: without the secret nobody can choose a path or an address that counts under another's key.
/// Each text is followed by its length, so that parts cannot run into one another.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct KeyedHash
{
    private ulong _v0;
    private ulong _v1;
    private ulong _v2;
    private ulong _v3;

    public KeyedHash(HashSecret secret)
    {
        _v0 = secret.Low ^ 0x736f_6d65_7073_6575;
        _v1 = secret.High ^ 0x646f_7261_6e64_6f6d;
        _v2 = secret.Low ^ 0x6c79_6765_6e65_7261;
        _v3 = secret.High ^ 0x7465_6462_7974_6573;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ulong word)
    {
        _v3 ^= word;
        Round();
        _v0 ^= word;
    }

    public void Add(ReadOnlySpan<char> text)
    {
        var words = MemoryMarshal.Cast<char, ulong>(text);
        foreach (var word in words)
            Add(word);
        // Three characters at most are left, and the length fits above them.
        var last = (ulong)(text.Length & 0xffff) << 48;
        var shift = 0;
        foreach (var c in text[(words.Length * 4)..])
        {
            last |= (ulong)c << shift;
            shift += 16;
        }

        Add(last);
    }

    /// <summary>A text whose ASCII letters count alike in both cases, such as a host.</summary>
    public void AddWithoutCase(ReadOnlySpan<char> text)
    {
        var word = 0UL;
        var shift = 0;
        foreach (var c in text)
        {
            word |= (ulong)(char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c) << shift;
            shift += 16;
            if (shift != 64)
                continue;
            Add(word);
            word = 0;
            shift = 0;
        }

        Add(word | ((ulong)(text.Length & 0xffff) << 48));
    }

    public ulong Finish()
    {
        _v2 ^= 0xff;
        Round();
        Round();
        Round();
        return _v0 ^ _v1 ^ _v2 ^ _v3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Round()
    {
        _v0 += _v1;
        _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
        _v0 = BitOperations.RotateLeft(_v0, 32);
        _v2 += _v3;
        _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
        _v0 += _v3;
        _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
        _v2 += _v1;
        _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
        _v2 = BitOperations.RotateLeft(_v2, 32);
    }
}
