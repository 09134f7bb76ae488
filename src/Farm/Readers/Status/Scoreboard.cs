namespace Weir.Farm.Readers.Status;

/// <summary>Apache's scoreboard, counted: one character per worker slot.</summary>
public readonly record struct Scoreboard
{
    /// <summary>Characters on the page. Since 2.4 that is the effective MaxRequestWorkers, plus slots still held by an older generation.</summary>
    public int Length { get; init; }

    /// <summary><c>_</c>: waiting for a connection.</summary>
    public int Waiting { get; init; }

    /// <summary><c>S</c>: starting up.</summary>
    public int Starting { get; init; }

    /// <summary><c>R</c>: reading a request.</summary>
    public int Reading { get; init; }

    /// <summary><c>W</c>: writing an answer; a handler that runs counts here.</summary>
    public int Writing { get; init; }

    /// <summary><c>K</c>: on prefork and worker, an idle keep-alive connection that holds its worker.</summary>
    public int KeepAlive { get; init; }

    /// <summary><c>D</c>: looking up a name.</summary>
    public int Resolving { get; init; }

    /// <summary><c>C</c>: closing its connection.</summary>
    public int Closing { get; init; }

    /// <summary><c>L</c>: writing its log line.</summary>
    public int Logging { get; init; }

    /// <summary><c>G</c>: of an older generation, finishing.</summary>
    public int Finishing { get; init; }

    /// <summary><c>I</c>: idle worker being ended.</summary>
    public int IdleCleanup { get; init; }

    /// <summary><c>.</c>: slot without a process.</summary>
    public int Open { get; init; }

    /// <summary>Characters that no known Apache writes.</summary>
    public int Unknown { get; init; }

    /// <summary>Workers that hold a request or a connection.</summary>
    public int Busy => Reading + Writing + KeepAlive + Resolving + Closing + Logging;

    /// <summary>Counts the characters; anything unknown is counted, never an error.</summary>
    public static Scoreboard Decode(ReadOnlySpan<byte> text)
    {
        Span<int> counts = stackalloc int[128];
        counts.Clear();
        foreach (var character in text)
            counts[character & 0x7f]++;
        var known = counts['_'] + counts['S'] + counts['R'] + counts['W'] + counts['K'] + counts['D'] + counts['C']
            + counts['L'] + counts['G'] + counts['I'] + counts['.'];
        return new Scoreboard
        {
            Length = text.Length,
            Waiting = counts['_'],
            Starting = counts['S'],
            Reading = counts['R'],
            Writing = counts['W'],
            KeepAlive = counts['K'],
            Resolving = counts['D'],
            Closing = counts['C'],
            Logging = counts['L'],
            Finishing = counts['G'],
            IdleCleanup = counts['I'],
            Open = counts['.'],
            Unknown = text.Length - known,
        };
    }
}
