using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Weir.Policies.Caching.Purging.Journal;

/// <summary>
/// The ledger in a file, so that a store on disk does not give out after a restart what was purged before it. Lines are added, and on the
/// disk before a purge counts as done; when they are far more than what is in force, the file is written anew. A file that
/// cannot be written is taken away: the next start then knows that it does not know.
/// </summary>
internal sealed class PurgeJournal : IAsyncDisposable
{
    /// <summary>Appends that wait; more wait for room.</summary>
    public const int MaxWaiting = 1024;

    /// <summary>A larger file is not read.</summary>
    public const long MaxBytes = 512L << 20;

    // Lines that may be there beside those in force.
    private const int SpareLines = 10_000;

    private readonly Channel<Append> _appends = Channel.CreateBounded<Append>(MaxWaiting);
    private readonly string _path;
    private readonly PurgeLedger _ledger;
    private readonly PurgeMetrics _metrics;
    private readonly ILogger _logger;
    private FileStream? _file;
    private Task _writing = Task.CompletedTask;
    private string? _lastId;
    private int _lines;
    private int _spareLines = SpareLines;
    private bool _isFailing;

    /// <param name="path">The file; its folder is made.</param>
    /// <param name="ledger">What is read goes there, and what is written anew comes from there.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="logger">Log.</param>
    public PurgeJournal(string path, PurgeLedger ledger, PurgeMetrics metrics, ILogger logger) =>
        (_path, _ledger, _metrics, _logger) = (path, ledger, metrics, logger);

    /// <summary>Id of the message of the other gateways that was written down last; null for none.</summary>
    public string? LastId => Volatile.Read(ref _lastId);

    /// <summary>False while the file cannot be written: what is purged now is not known after a restart.</summary>
    public bool IsWritten => !Volatile.Read(ref _isFailing);

    /// <summary>For tests: lines beside those in force that make the file be written anew.</summary>
    internal int MaxSpareLines
    {
        set => _spareLines = value;
    }

    /// <summary>Reads the file into the ledger. Once, before <see cref="StartAsync"/>.</summary>
    /// <returns>
    /// False when there is none, or it is damaged before its end, or of another version: purges may be missing, and whoever has entries
    /// from before must forget them before <see cref="StartAsync"/>.
    /// </returns>
    public async Task<bool> LoadAsync(CancellationToken cancel)
    {
        try
        {
            if (!File.Exists(_path))
                return false;
            if (new FileInfo(_path).Length > MaxBytes)
            {
                Damaged("it is too long");
                return false;
            }

            return Read(await File.ReadAllBytesAsync(_path, cancel));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Damaged(e.Message);
            return false;
        }
    }

    /// <summary>Writes the file anew, and what comes from here on.</summary>
    public async Task StartAsync()
    {
        await Task.Run(TryRewrite);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Returns when the lines are on the disk.</summary>
    /// <param name="items">Already in the ledger.</param>
    /// <param name="lastId">What was heard last; null for no news.</param>
    /// <param name="cancel">Gives up waiting; they are written all the same.</param>
    /// <returns>False when they could not be written.</returns>
    public async ValueTask<bool> AppendAsync(IReadOnlyList<PurgeItem> items, string? lastId, CancellationToken cancel)
    {
        var append = new Append(items, lastId, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await _appends.Writer.WriteAsync(append, cancel);
        }
        catch (ChannelClosedException)
        {
            return false;
        }

        return await append.Done.Task.WaitAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _appends.Writer.TryComplete();
        await _writing;
        if (_file is not null)
            await _file.DisposeAsync();
    }

    private bool Read(byte[] bytes)
    {
        var rest = bytes.AsSpan();
        var items = new List<PurgeItem>();
        var (isFirst, isDamaged, isWhole) = (true, false, true);
        while (!rest.IsEmpty && isWhole)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (isFirst)
            {
                isFirst = false;
                isWhole = end >= 0 && line.SequenceEqual(System.Text.Encoding.ASCII.GetBytes(JournalLines.Header));
                continue;
            }

            PurgeItem? item = null;
            string? lastId = null;
            var isGood = end >= 0 && JournalLines.TryRead(line, out item, out lastId);
            // A torn end is a purge that was not reported as done; anything good behind damage means that more is missing.
            isWhole = !(isDamaged && isGood);
            isDamaged |= !isGood;
            if (item is { } one)
                items.Add(one);
            _lastId = lastId ?? _lastId;
        }

        isWhole &= !isFirst;
        // What can be read counts in any case.
        _ledger.Add(items);
        if (!isWhole)
        {
            _lastId = null;
            Damaged("it is damaged, or of another version");
        }

        return isWhole;
    }

    private async Task WriteAsync()
    {
        var batch = new List<Append>();
        while (await _appends.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MaxWaiting && _appends.Reader.TryRead(out var append))
                batch.Add(append);
            var written = TryWrite(batch);
            batch.ForEach(a => a.Done.TrySetResult(written));
        }
    }

    // One write and one flush for all that wait.
    private bool TryWrite(List<Append> batch)
    {
        _lastId = batch.FindLast(a => a.LastId is not null)?.LastId ?? _lastId;
        if (_file is null || _lines > _ledger.Count + _spareLines)
            return TryRewrite();
        try
        {
            using var lines = new MemoryStream();
            foreach (var append in batch)
            {
                foreach (var item in append.Items)
                    JournalLines.Write(lines, item);
                if (append.LastId is { } id)
                    JournalLines.Write(lines, id);
                _lines += append.Items.Count + (append.LastId is null ? 0 : 1);
            }

            lines.WriteTo(_file);
            _file.Flush(flushToDisk: true);
            return true;
        }
        catch (Exception e)
        {
            // Perhaps there is room for less; if not, nothing may be left that pretends to be whole.
            NotWritten(e);
            return TryRewrite();
        }
    }

    private bool TryRewrite()
    {
        try
        {
            _file?.Dispose();
            _file = null;
            var items = _ledger.List();
            if (Path.GetDirectoryName(Path.GetFullPath(_path)) is { } folder)
                Directory.CreateDirectory(folder);
            var draft = _path + ".new";
            using (var whole = new FileStream(draft, FileMode.Create, FileAccess.Write))
            {
                whole.Write(System.Text.Encoding.ASCII.GetBytes(JournalLines.Header + "\n"));
                foreach (var item in items)
                    JournalLines.Write(whole, item);
                if (_lastId is { } id)
                    JournalLines.Write(whole, id);
                whole.Flush(flushToDisk: true);
            }

            File.Move(draft, _path, overwrite: true);
            _file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read | FileShare.Delete);
            // Its new name too: a file system's log has the renaming before this.
            _file.Flush(flushToDisk: true);
            _lines = items.Count;
            Volatile.Write(ref _isFailing, false);
            return true;
        }
        catch (Exception e)
        {
            // Whatever it is, somebody waits for the answer.
            NotWritten(e);
            Remove();
            return false;
        }
    }

    private void Remove()
    {
        try
        {
            _file?.Dispose();
            _file = null;
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotWritten(e);
        }
    }

    private void Damaged(string why)
    {
        _metrics.JournalFailed("read");
        PurgeLog.Damaged(_logger, _path, why);
    }

    private void NotWritten(Exception e)
    {
        _metrics.JournalFailed("write");
        if (!Volatile.Read(ref _isFailing))
            PurgeLog.NotWritten(_logger, _path, e.Message);
        Volatile.Write(ref _isFailing, true);
    }

    private sealed record Append(IReadOnlyList<PurgeItem> Items, string? LastId, TaskCompletionSource<bool> Done);
}
