using System.Text;

namespace Weir.Forwarding.Tests;

/// <summary>One request as a server received it.</summary>
/// <param name="Number">Of all requests to that server, from 1.</param>
/// <param name="Connection">Of all connections to that server, from 1.</param>
/// <param name="Raw">Every byte, in Latin-1.</param>
/// <param name="Line">The request line.</param>
/// <param name="Headers">Header lines in order.</param>
/// <param name="Body">The body without framing.</param>
/// <param name="Trailers">Trailer lines, line ends included.</param>
internal sealed record RecordedRequest(
    int Number, int Connection, string Raw, string Line, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body, string Trailers)
{
    public string BodyText => Encoding.Latin1.GetString(Body);

    /// <summary>All values of a header, joined; null when there is none.</summary>
    public string? this[string name]
    {
        get
        {
            var values = Headers.Where(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value).ToArray();
            return values.Length == 0 ? null : string.Join(", ", values);
        }
    }
}
