using System.Net;

namespace Weir.Policies.Contracts;

/// <summary>Takes offences. Implemented by the Jail slice; whoever refuses something reports it. Does not block, does not allocate.</summary>
public interface IOffences
{
    /// <summary>Counts an offence of a request's client. Trusted proxies are let be.</summary>
    /// <param name="reason">Short code in lower case with underscores, as in the refusal; one of a closed set.</param>
    void Report(IClientFeature client, OffenceKind kind, string reason);

    /// <summary>Counts an offence seen on a connection before there was a request.</summary>
    void Report(IPAddress client, bool isDirect, OffenceKind kind, string reason);
}
