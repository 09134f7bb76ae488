using Microsoft.Win32.SafeHandles;

namespace Weir.Fail2ban.Logs;

/// <summary>
/// Follows one file through appending, rotation (rename and create, or copy and truncate) and absence. Not thread-safe.
/// A half line waits for its rest; bytes that are no UTF-8 become U+FFFD; of a line above 16,384 bytes the rest is dropped.
/// </summary>
public sealed class LogTail : IDisposable
{
    private const int BlockLength = 65_536;
    private const int HashedLength = 256;

    // One read stops after so many bytes: a line without end must not hold its caller.
    private const int MaxBytes = 4 << 20;
    private readonly string _path;
    private readonly LineBuffer _lines = new();
    private readonly byte[] _block = new byte[BlockLength];
    private LogPosition? _start;
    private bool _fromTail;
    private SafeFileHandle? _file;
    private ulong _inode;
    private ulong _firstLine;
    private long _offset;
    private long _seenLength = -1;

    /// <summary>Follows a file from a kept position, or from its end or beginning.</summary>
    /// <param name="path">The file; it need not exist yet.</param>
    /// <param name="position">Where it was left, from <see cref="Position"/>; null for a file never seen.</param>
    /// <param name="fromTail">For a file never seen: true starts at its end.</param>
    public LogTail(string path, LogPosition? position, bool fromTail)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
        _start = position;
        _fromTail = fromTail && position is null;
    }

    /// <summary>Where it is now: after the last whole line that was handed out.</summary>
    public LogPosition? Position => _file is null ? _start : new LogPosition(_path, _inode, _offset, _firstLine);

    /// <summary>Reads what is new, at most <paramref name="maxLines"/> lines; what is left follows with the next call.</summary>
    /// <param name="maxLines">At least 1.</param>
    /// <returns>Lines without their ends; empty when there is nothing new.</returns>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public IReadOnlyList<string> Read(int maxLines)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLines, 1);
        var lines = new List<string>();
        int budget = MaxBytes;
        while (lines.Count < maxLines && budget > 0)
        {
            if (_file is null && !Open())
            {
                break;
            }

            CheckTruncated();
            if (!Fill(lines, maxLines, ref budget))
            {
                break;
            }

            // At its end. Has it been renamed and another one made in its place?
            ulong now = FileIdentity.Of(_path);
            if (now == 0 || now == _inode)
            {
                break;
            }

            // What was written between the two looks, and a last line without its end.
            if (!Fill(lines, maxLines, ref budget))
            {
                break;
            }

            if (_lines.Last() is { Length: > 0 } last)
            {
                lines.Add(last);
            }

            Close();
            _start = null;
            _fromTail = false;
        }

        return lines;
    }

    /// <summary>Closes the file; the position is kept.</summary>
    public void Dispose()
    {
        _start = Position;
        Close();
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
        _lines.Clear();
    }

    private bool Open()
    {
        SafeFileHandle? file = TryOpen(_path);
        // Of what is open: between two looks at a path the file there may be replaced.
        ulong inode = file is null ? 0 : FileIdentity.Of(file);
        bool rotated = _start is not null && _start.Inode != 0 && _start.Inode != inode;
        if (rotated && TryOpen(_path + ".1") is { } old)
        {
            // Rotated while nobody looked: the rest of the old one first.
            if (FileIdentity.Of(old) == _start!.Inode && Resumes(old))
            {
                file?.Dispose();
                (file, inode) = (old, _start.Inode);
                rotated = false;
            }
            else
            {
                old.Dispose();
            }
        }

        if (file is null)
        {
            return false;
        }

        _file = file;
        _inode = inode;
        _offset = 0;
        if (_start is not null && !rotated && Resumes(file))
        {
            _offset = _start.Offset;
        }
        else if (_fromTail)
        {
            _offset = LastLineEnd(file);
        }

        _start = null;
        _fromTail = false;
        _firstLine = HashFirstLine(file);
        _seenLength = RandomAccess.GetLength(file);
        return true;
    }

    private static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            try
            {
                RandomAccess.GetLength(file);
                return file;
            }
            catch (NotSupportedException fault)
            {
                file.Dispose();
                throw new IOException($"{path} is a pipe or a device; only files can be followed.", fault);
            }
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private bool Resumes(SafeFileHandle file) =>
        RandomAccess.GetLength(file) >= _start!.Offset && (_start.FirstLineHash == 0 || HashFirstLine(file) == _start.FirstLineHash);

    // 0 while the first line is not whole.
    private ulong HashFirstLine(SafeFileHandle file)
    {
        Span<byte> first = _block.AsSpan(0, HashedLength);
        int read = RandomAccess.Read(file, first, 0);
        int end = first[..read].IndexOf((byte)'\n');
        return end < 0 && read < HashedLength ? 0 : Hash(end < 0 ? first : first[..end]);
    }

    // FNV-1a: it tells files apart, against nobody's will.
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 14_695_981_039_346_656_037;
        foreach (byte value in bytes)
        {
            hash = unchecked((hash ^ value) * 1_099_511_628_211);
        }

        return hash;
    }

    // The end of the last whole line: the half one behind it is yet to be written.
    private long LastLineEnd(SafeFileHandle file)
    {
        long length = RandomAccess.GetLength(file);
        long from = Math.Max(0, length - BlockLength);
        int read = RandomAccess.Read(file, _block, from);
        int end = _block.AsSpan(0, read).LastIndexOf((byte)'\n');
        return end >= 0 ? from + end + 1 : from == 0 ? 0 : length;
    }

    private void CheckTruncated()
    {
        long length = RandomAccess.GetLength(_file!);
        if (length == _seenLength)
        {
            return;
        }

        _seenLength = length;
        ulong first = HashFirstLine(_file!);
        if (length < _offset + _lines.Pending || _firstLine != 0 && first != _firstLine)
        {
            _offset = 0;
            _lines.Clear();
        }

        _firstLine = first;
    }

    // True at the end of the file.
    private bool Fill(List<string> lines, int maxLines, ref int budget)
    {
        while (lines.Count < maxLines)
        {
            while (lines.Count < maxLines && _lines.Next(out string? line, out int taken))
            {
                _offset += taken;
                if (line is not null)
                {
                    lines.Add(line);
                }
            }

            if (lines.Count >= maxLines || budget <= 0)
            {
                return false;
            }

            int read = RandomAccess.Read(_file!, _block, _offset + _lines.Pending);
            if (read == 0)
            {
                return true;
            }

            budget -= read;
            _lines.Add(_block.AsSpan(0, read));
        }

        return false;
    }
}
