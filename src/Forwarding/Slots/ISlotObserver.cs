namespace Weir.Forwarding.Slots;

/// <summary>Someone with waiting requests, told when a server may have room again.</summary>
internal interface ISlotObserver
{
    /// <summary>Called on the releasing thread; must be short and must not throw.</summary>
    void RoomMayHaveGrown(ServerSlots server);
}
