using System.Buffers;
using System.Numerics;

namespace Weir.Forwarding.Buffering;

/// <summary>
/// A spool's bytes in memory: blocks of the shared array pool, filled one after the other. A block twice as large follows
/// each, so that a short body holds little and a long one few. The spool's lock guards it.
/// </summary>
internal sealed class SpoolMemory(SpoolLimits limits, bool isReplayable, SpoolBudget budget)
{
    /// <summary>As a memory page, and as Kestrel's blocks.</summary>
    public const int SmallestBlockBytes = 4 << 10;

    /// <summary>Below the 85,000 bytes at which .NET puts arrays where they are only freed by full collections.</summary>
    private const int LargestBlockBytes = 64 << 10;

    private Block[] _blocks = new Block[4];
    private int _first;
    private int _count;
    private long _held;
    private int _lastBlockBytes;

    // The block that the writer fills, counted from the first.
    private int _fill;

    // The reader's place: a block, counted from the first, and the bytes of it that are read.
    private int _block;
    private int _read;

    /// <summary>True when the reader has read all.</summary>
    public bool IsRead => _block == _count || (_block == _count - 1 && _read == At(_block).Length);

    /// <summary>Makes room for as many bytes, or takes nothing.</summary>
    public SpoolRefusal TryMakeRoom(long bytes)
    {
        var room = _count == 0 ? 0 : At(_count - 1).Room;
        var before = _count;
        while (room < bytes)
        {
            var refusal = AddBlock(bytes - room);
            if (refusal != SpoolRefusal.None)
            {
                while (_count > before)
                    RemoveLast();
                return refusal;
            }

            room += At(_count - 1).Room;
        }

        return SpoolRefusal.None;
    }

    /// <summary>Takes bytes that <see cref="TryMakeRoom"/> made room for.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            ref var block = ref At(_fill);
            var part = Math.Min(bytes.Length, block.Room);
            if (part == 0)
            {
                _fill++;
                continue;
            }

            bytes[..part].CopyTo(block.Array.AsSpan(block.Length));
            block.Length += part;
            bytes = bytes[part..];
        }
    }

    /// <summary>What the reader reads next; empty when it has read all.</summary>
    public ReadOnlyMemory<byte> Peek()
    {
        // Only the last block can be both read and not full; those before it end where they are read.
        while (_block < _count)
        {
            ref var block = ref At(_block);
            if (_read < block.Length)
                return block.Array.AsMemory(_read, block.Length - _read);
            if (_block == _count - 1)
                break;
            _block++;
            _read = 0;
        }

        return default;
    }

    /// <summary>Moves the reader; what it has read is given back unless it may be read again.</summary>
    public void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, At(_block).Length - _read);
        _read += bytes;
        if (isReplayable || _read < At(_block).Length)
            return;
        Release(At(_block), reuse: true);
        At(_block) = default;
        _first++;
        _read = 0;
        _fill = Math.Max(0, _fill - 1);
        if (--_count == 0)
            _first = _lastBlockBytes = 0;
    }

    /// <summary>Back to the first byte.</summary>
    public void Rewind() => _block = _read = 0;

    /// <summary>Gives all back. A block that is lent is left to the garbage collector: its bytes must never become another request's.</summary>
    public void Release(bool isLent)
    {
        for (var i = 0; i < _count; i++)
            Release(At(i), reuse: !isLent || i != _block);
        _blocks = [];
        _first = _count = _fill = _block = _read = 0;
    }

    private ref Block At(int index) => ref _blocks[_first + index];

    private SpoolRefusal AddBlock(long needed)
    {
        var wanted = (int)Math.Min(LargestBlockBytes, Math.Max(2L * _lastBlockBytes, (long)BitOperations.RoundUpToPowerOf2((ulong)needed)));
        var left = limits.MemoryBytes - _held;
        if (left < SmallestBlockBytes)
            return SpoolRefusal.SpoolFull;
        // Powers of two only: the pool has no others, and a larger one would be held without being counted.
        var size = (int)Math.Min(Math.Max(wanted, SmallestBlockBytes), 1L << BitOperations.Log2((ulong)left));
        if (!budget.TryReserveMemory(limits.Kind, size))
            return SpoolRefusal.TotalFull;
        if (_first + _count == _blocks.Length)
            MakeRoom();
        _blocks[_first + _count++] = new Block { Array = ArrayPool<byte>.Shared.Rent(size), Charged = size };
        _held += size;
        _lastBlockBytes = size;
        return SpoolRefusal.None;
    }

    private void MakeRoom()
    {
        var target = _first > 0 ? _blocks : new Block[_blocks.Length * 2];
        Array.Copy(_blocks, _first, target, 0, _count);
        if (_first > 0)
            Array.Clear(target, _count, target.Length - _count);
        _blocks = target;
        _first = 0;
    }

    private void RemoveLast()
    {
        Release(At(_count - 1), reuse: true);
        At(--_count) = default;
    }

    private void Release(Block block, bool reuse)
    {
        if (reuse)
            ArrayPool<byte>.Shared.Return(block.Array);
        _held -= block.Charged;
        budget.ReturnMemory(limits.Kind, block.Charged);
    }

    private struct Block
    {
        public byte[] Array;
        public int Length;
        public int Charged;

        public readonly int Room => Array.Length - Length;
    }
}
