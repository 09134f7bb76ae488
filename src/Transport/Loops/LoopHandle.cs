namespace Weir.Transport.Loops;

/// <summary>A descriptor that an event loop watches.</summary>
public abstract class LoopHandle
{
    private protected LoopHandle(EventLoop loop, int descriptor)
    {
        Loop = loop;
        Descriptor = descriptor;
    }

    /// <summary>Index of the loop that watches it; from 0.</summary>
    public int LoopIndex => Loop.Index;

    internal EventLoop Loop { get; }

    internal int Descriptor { get; }

    /// <summary>Tells this use of the descriptor's number from earlier and later ones; set by the loop.</summary>
    internal uint Generation { get; set; }

    /// <summary>On the loop: epoll reported <paramref name="events"/>.</summary>
    internal abstract void OnEvents(uint events);

    /// <summary>The loop ends, or a callback of this handle threw: give up the descriptor. Idempotent.</summary>
    internal abstract void Abandon();
}
