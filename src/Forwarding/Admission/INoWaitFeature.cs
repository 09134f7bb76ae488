namespace Weir.Forwarding.Admission;

/// <summary>On a request that takes a free slot or none: whoever makes it has something better than to wait. It is refused with <c>would_wait</c>.</summary>
public interface INoWaitFeature;
