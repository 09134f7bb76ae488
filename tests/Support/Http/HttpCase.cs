namespace Weir.Support.Http;

/// <summary>One request as bytes, and what has to become of it.</summary>
/// <param name="Name">What is special about it; unique in the corpus.</param>
/// <param name="Request">The bytes, one character each (Latin-1), from the request line to the end of the body.</param>
/// <param name="Fate">Whether a server may see it.</param>
public sealed record HttpCase(string Name, string Request, HttpFate Fate)
{
    /// <summary>Statuses that the client may get.</summary>
    public required IReadOnlyList<int> Statuses { get; init; }

    /// <summary>What the server must have received, each somewhere in the request's bytes.</summary>
    public IReadOnlyList<string> Sees { get; init; } = [];

    /// <summary>What must stand nowhere in the bytes that the server received. Header names in any case.</summary>
    public IReadOnlyList<string> Hides { get; init; } = [];

    public override string ToString() => Name;

    /// <summary>Refused by the gateway, which then closes the connection.</summary>
    public static HttpCase Refused(string name, int status, string request) =>
        new(name, request, HttpFate.Refused) { Statuses = [status] };

    /// <summary>Forwarded, and answered by the server with 200.</summary>
    public static HttpCase Forwarded(string name, string request, string[]? sees = null, string[]? hides = null) =>
        new(name, request, HttpFate.Forwarded) { Statuses = [200], Sees = sees ?? [], Hides = hides ?? [] };

    /// <summary>Answered by the gateway itself.</summary>
    public static HttpCase Answered(string name, int status, string request) =>
        new(name, request, HttpFate.Answered) { Statuses = [status] };

    /// <summary>The head is good, the body is not: a server may see the beginning, never the whole, and nothing after it.</summary>
    public static HttpCase CutOff(string name, string request) =>
        new(name, request, HttpFate.CutOff) { Statuses = [400, 413, 431, 502] };

    /// <summary>A request line and header lines, each with CR LF, and the empty line.</summary>
    public static string Head(params ReadOnlySpan<string> lines) => string.Join("\r\n", lines) + "\r\n\r\n";

    /// <summary>A GET for <c>/</c> with a Host and these header lines.</summary>
    public static string Get(params string[] headers) => Head(["GET / HTTP/1.1", "Host: site.test", .. headers]);

    /// <summary>A POST for <c>/</c> with a Host and these header lines.</summary>
    public static string Post(params string[] headers) => Head(["POST / HTTP/1.1", "Host: site.test", .. headers]);
}
