namespace Weir.Forwarding.Admission;

/// <summary>The waiting requests of one client in one priority class, oldest first.</summary>
internal sealed class ClientFlow
{
    public ClientFlow()
    {
        InTurn = new LinkedListNode<ClientFlow>(this);
        InSize = new LinkedListNode<ClientFlow>(this);
    }

    /// <summary>Its place among the new or the old flows.</summary>
    public LinkedListNode<ClientFlow> InTurn { get; }

    /// <summary>Its place among the flows of about the same length.</summary>
    public LinkedListNode<ClientFlow> InSize { get; }

    public LinkedList<Waiter> Waiting { get; } = new();

    public ulong Key { get; set; }
}
