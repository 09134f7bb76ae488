namespace Weir.Policies.Contracts;

/// <summary>What a gate says to a connection.</summary>
public enum GateAnswer
{
    /// <summary>It is closed without an answer; the gate has counted nothing.</summary>
    Refused,

    /// <summary>It may go on, and the gate need not hear of it again.</summary>
    Passed,

    /// <summary>It may go on, and the gate has counted it: <see cref="IConnectionGate.Closed"/> follows once.</summary>
    Counted,
}
